"""The colours of categories and verdicts: told apart by the colour-blind, and in grey by their textures and words."""

CATEGORY_COLOURS = {
    "definition": "#2f6db3",
    "timing": "#ad6f0a",
    "hierarchy": "#2a8c7f",
    "quality": "#b23a63",
    "unreproduced": "#4b3f72",
    "residual": "#7a828e",
}
"""Fill of a step by its category."""

CATEGORY_TINTS = {
    "definition": "#d9e7f6",
    "timing": "#f8e8c8",
    "hierarchy": "#d3ece8",
    "quality": "#f5d9e2",
    "unreproduced": "#e2deee",
    "residual": "#e6e8eb",
}
"""Fill of a step that takes away, with an outline in the category's colour."""

TOTAL_COLOUR = "#334155"
INK = "#1e293b"
QUIET = "#64748b"
LINE = "#cbd5e1"

VERDICT_WORDS = {"breach": "Breach", "warn": "Warning", "not_run": "Not run", "pass": "Pass"}

VERDICT_STYLES = {"breach": "bold white on red", "warn": "black on yellow", "pass": "green", "not_run": "bold reverse"}
"""How a verdict looks in the terminal."""
