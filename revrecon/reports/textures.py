"""Textures that tell categories apart without colour: on a grey printer, and for the colour-blind."""

from collections.abc import Iterable

from revrecon.reports.palette import CATEGORY_COLOURS

_STROKES = {
    "timing": "M-2 2l4 -4M0 8l8 -8M6 10l4 -4",
    "hierarchy": "M4 2v4M2 4h4",
    "quality": "M0 8l8 -8M0 0l8 8",
    "residual": "M0 4h8",
}
"""What is drawn on an 8 by 8 tile; a category that is not here is plain."""


def has_texture(category: str) -> bool:
    """Whether a category is drawn with a texture."""
    return category in _STROKES


def texture(category: str, light: bool) -> str:
    """The fill of a category's texture: white strokes on a filled bar, the category's own on a light one."""
    return f"url(#rr-{category}{'-light' if light else ''})"


def texture_definitions(used: Iterable[tuple[str, bool]]) -> str:
    """The SVG definitions of the textures (category, light) that a picture uses; equal in every picture of a page."""
    tiles = [_tile(category, light) for category, light in sorted(set(used)) if category in _STROKES]
    return f"<defs>{''.join(tiles)}</defs>" if tiles else ""


def _tile(category: str, light: bool) -> str:
    colour, opacity = (CATEGORY_COLOURS[category], 0.75) if light else ("#ffffff", 0.55)
    name = f"rr-{category}{'-light' if light else ''}"
    return (
        f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path d="{_STROKES[category]}" stroke="{colour}" stroke-opacity="{opacity}" stroke-width="1.4" fill="none"/>'
        "</pattern>"
    )
