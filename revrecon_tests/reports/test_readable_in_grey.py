"""Reports can be read by the colour-blind, on a grey printer and in poor light: contrast as WCAG 2.2 measures it."""

import re
from itertools import combinations
from pathlib import Path

import pytest

import revrecon.reports
from revrecon.reports.palette import CATEGORY_COLOURS, CATEGORY_TINTS, INK, QUIET, TOTAL_COLOUR
from revrecon.reports.textures import textures

WHITE = "#ffffff"
CSS = (Path(revrecon.reports.__file__).parent / "templates" / "daily.css").read_text(encoding="utf-8")
TEXT, SHAPES = 4.5, 3.0
"""The least contrast of text (1.4.3) and of what a picture needs to be understood (1.4.11), level AA."""


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` or `#rgb`, as WCAG defines it: all that is left of it in grey."""
    digits = colour.lstrip("#")
    full = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_the_largest_contrast_there_is() -> None:
    assert contrast("#000", WHITE) == pytest.approx(21)


@pytest.mark.parametrize("colour", [INK, QUIET, TOTAL_COLOUR])
def test_text_of_pictures_is_dark_enough(colour: str) -> None:
    assert contrast(colour, WHITE) >= TEXT


@pytest.mark.parametrize("category", CATEGORY_COLOURS)
def test_bars_stand_out_from_the_paper_and_those_that_add_from_those_that_take_away(category: str) -> None:
    colour = CATEGORY_COLOURS[category]
    assert contrast(colour, WHITE) >= SHAPES
    assert contrast(colour, CATEGORY_TINTS[category]) >= SHAPES


def test_every_category_has_a_drawing_of_its_own_so_that_none_depends_on_its_colour() -> None:
    drawings = {c: re.findall(r"<g [^>]*>(.*?)</g>", textures("m", [c])) for c in CATEGORY_COLOURS}
    assert all(len(pair) == 2 for pair in drawings.values())
    assert all(drawings[one] != drawings[other] for one, other in combinations(drawings, 2))
    assert all(f".swatch.{category} {{ background-image:" in CSS for category in CATEGORY_COLOURS)


def coloured_rules() -> list[tuple[str, str, str]]:
    """Selector, text and plain background of every rule of the style sheet that sets both."""
    root = dict(re.findall(r"--(\w+):(#[0-9a-f]{3,6})", CSS))
    plain = re.sub(r"var\(--(\w+)\)", lambda found: root.get(found[1], found[0]), CSS)
    return [
        (selector.strip(), text[1], ground[1])
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", plain)
        if (text := re.search(r"(?<![\w-])color:(#[0-9a-f]{3,6})", body))
        and (ground := re.search(r"background:(#[0-9a-f]{3,6})", body))
    ]


def test_text_on_coloured_ground_is_dark_or_light_enough() -> None:
    rules = coloured_rules()
    assert len(rules) >= 4
    assert not [(name, round(contrast(*pair), 2)) for name, *pair in rules if contrast(*pair) < TEXT]
