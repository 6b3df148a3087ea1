"""Textures of categories: each its own drawing as well as its own colour, so that pictures can be read in grey."""

from collections.abc import Sequence

from revrecon.reports.palette import CATEGORY_COLOURS, CATEGORY_TINTS

ADDS, TAKES = "adds", "takes"
"""The two kinds of a step: dark ground with white strokes, and light ground with coloured ones."""

_TILE = 8
_STROKES = {
    "definition": '<path d="M-2 2l4-4M0 8l8-8M6 10l4-4" stroke-width="1.4" fill="none"/>',
    "timing": '<circle cx="2" cy="2" r="1.25" stroke="none"/><circle cx="6" cy="6" r="1.25" stroke="none"/>',
    "hierarchy": '<path d="M0 2h8M0 6h8" stroke-width="1.2" fill="none"/>',
    "quality": '<path d="M0 0l8 8M0 8l8-8" stroke-width="1.1" fill="none"/>',
    "residual": '<path d="M2 0v8M6 0v8" stroke-width="1.2" fill="none"/>',
}
"""Slanted lines, dots, level lines, a lattice, upright lines; each repeats every eight pixels."""


def texture_id(mark: str, category: str, kind: str) -> str:
    """The id of a texture inside the picture that `mark` names: pictures on one page do not share theirs."""
    return f"{mark}-{category}-{kind}"


def textures(mark: str, categories: Sequence[str]) -> str:
    """The `defs` of a picture: for each category the texture of a step that adds, and of one that takes away."""
    drawn = [piece for category in categories for piece in _pair(mark, category)]
    return f"<defs>{''.join(drawn)}</defs>\n" if drawn else ""


def _pair(mark: str, category: str) -> tuple[str, str]:
    colour, tint = CATEGORY_COLOURS[category], CATEGORY_TINTS[category]
    return _texture(mark, category, ADDS, colour, "#ffffff", 0.55), _texture(mark, category, TAKES, tint, colour, 0.75)


def _texture(mark: str, category: str, kind: str, ground: str, stroke: str, strength: float) -> str:
    return (
        f'<pattern id="{texture_id(mark, category, kind)}" width="{_TILE}" height="{_TILE}" '
        f'patternUnits="userSpaceOnUse"><rect width="{_TILE}" height="{_TILE}" fill="{ground}"/>'
        f'<g stroke="{stroke}" fill="{stroke}" opacity="{strength:g}">{_STROKES[category]}</g></pattern>'
    )
