"""A waterfall is drawn to scale: what it shows foots, and nothing in it overlaps or escapes."""

import base64
import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.findings import CATEGORIES
from revrecon.reports.waterfall import waterfall_markdown_image, waterfall_svg
from revrecon.reports.waterfall_geometry import Step, bars_of, scale_of

GOLDEN = Path(__file__).with_name("golden_waterfall.svg")
SVG = "{http://www.w3.org/2000/svg}"
A_PIXEL_AND_A_HALF = 1.5

Bars = list[tuple[float, float, str]]


def drawn(opening: str, steps: list[Step], closing: str, unit: str = "USD") -> ElementTree.Element:
    """A picture as XML: it must be well formed."""
    return ElementTree.fromstring(waterfall_svg("Sales", Decimal(opening), steps, "Canonical", Decimal(closing), unit))


def bars(picture: ElementTree.Element) -> Bars:
    """Left edge, right edge and class of every bar, from top to bottom."""
    return [
        (float(rect.attrib["x"]), float(rect.attrib["x"]) + float(rect.attrib["width"]), rect.attrib["class"])
        for rect in picture.iter(f"{SVG}rect")
        if rect.attrib.get("class", "").startswith("bar")
    ]


def step(amount: str, category: str = "quality", label: str = "a step") -> Step:
    return label, Decimal(amount), category


def test_every_step_begins_where_the_one_before_ended_and_the_last_ends_at_the_closing_figure() -> None:
    found = bars(drawn("1000", [step("-200"), step("500", "definition"), step("100", "timing")], "600"))
    (zero, opening, _), down, definition, timing, (base, closing, _) = found
    a_dollar = (opening - zero) / 1000

    assert base == zero
    assert down[0] == pytest.approx(opening, abs=0.02)
    assert down[1] - down[0] == pytest.approx(200 * a_dollar, abs=0.02)
    assert definition[1] == pytest.approx(down[1], abs=0.02)
    assert timing[1] == pytest.approx(definition[0], abs=0.02)
    assert timing[0] == pytest.approx(closing, abs=0.02)


def test_a_walk_below_zero_has_its_bars_on_both_sides_of_the_baseline() -> None:
    found = bars(drawn("-500", [step("-1500")], "1000"))
    opening, rise, closing = found
    zero = opening[1]
    assert opening[0] < zero == pytest.approx(closing[0], abs=0.02)
    assert rise[0] == pytest.approx(opening[0], abs=0.02)
    assert rise[1] == pytest.approx(closing[1], abs=0.02)


def test_what_the_steps_leave_open_is_drawn_as_a_residual() -> None:
    found = bars(drawn("1000", [step("300")], "600"))
    assert [kind for _, _, kind in found] == ["bar total", "bar quality", "bar residual", "bar total"]


def test_a_step_of_a_cent_beside_a_billion_can_be_seen() -> None:
    found = bars(drawn("1000000000", [step("999999999.99"), step("0.01")], "0"))
    assert found[2][1] - found[2][0] >= A_PIXEL_AND_A_HALF


def test_steps_that_are_small_beside_the_totals_get_a_cut_axis_that_says_so() -> None:
    text = waterfall_svg("A", Decimal(1_000_000), [step("1000"), step("2000")], "B", Decimal(997_000), "USD")
    found = bars(ElementTree.fromstring(text))
    assert found[2][1] - found[2][0] > 100
    assert "cut short: the axis begins at" in text


def test_totals_that_are_drawn_from_zero_say_nothing_of_a_cut_axis() -> None:
    assert "cut short" not in waterfall_svg("A", Decimal(10), [step("7")], "B", Decimal(3), "USD")


def test_a_step_that_takes_away_is_light_and_one_that_adds_is_dark() -> None:
    picture = drawn("100", [step("-50"), step("50")], "100")
    fills = [r.attrib["fill"] for r in picture.iter(f"{SVG}rect") if r.attrib.get("class") == "bar quality"]
    assert fills[0] != fills[1]


def test_every_fill_is_a_texture_of_the_same_picture_and_its_ids_are_its_own() -> None:
    steps = [step("10", category) for category in CATEGORIES] + [step("-5", category) for category in CATEGORIES]
    one = waterfall_svg("A", Decimal(100), steps, "B", Decimal(60), "USD")
    other = waterfall_svg("A", Decimal(200), steps, "B", Decimal(160), "USD")
    ids = [set(re.findall(r'pattern id="([^"]+)"', text)) for text in (one, other)]
    assert set(re.findall(r"url\(#([^)]+)\)", one)) <= ids[0]
    assert any("residual-adds" in name for name in ids[0])
    assert not ids[0] & ids[1]


def test_text_of_the_data_cannot_become_markup() -> None:
    text = waterfall_svg("<script>", Decimal(1), [step("1", label='"><b>&\x00')], "</svg>", Decimal(0), "USD")
    assert "<script>" not in text
    assert "<b>" not in text
    assert ElementTree.fromstring(text) is not None


def test_a_long_label_is_folded_into_three_lines_at_most() -> None:
    picture = drawn("1", [step("1", label="a very long label " * 20)], "0")
    lines = [len(list(text.iter(f"{SVG}tspan"))) for text in picture.iter(f"{SVG}text")]
    assert max(lines) == 3


def test_the_picture_tells_its_exact_figures_to_those_who_cannot_see_it() -> None:
    picture = drawn("1000.10", [step("400.05", label="Renewals")], "600.05")
    assert picture.findtext(f"{SVG}title") == "Sales to Canonical"
    assert picture.findtext(f"{SVG}desc") == "Sales: $1,000.10; Renewals: +$400.05; Canonical: $600.05"


def test_in_markdown_the_picture_is_a_data_uri_that_nothing_can_break_out_of() -> None:
    svg = waterfall_svg("A", Decimal(1), [], "B", Decimal(1), "USD")
    found = re.fullmatch(r"!\[ab\]\(data:image/svg\+xml;base64,([\w+/=]+)\)", waterfall_markdown_image(svg, "a](b"))
    assert found is not None
    assert base64.b64decode(found[1]).decode() == svg


def test_the_picture_looks_as_agreed() -> None:
    steps = [
        step("-781766.15", "timing", "As of 2026-10-31 instead of 2026-11-04"),
        step("313203.69", "quality", "Duplicate: held more than once"),
        step("-5414002.37", "definition", "Measure: first-year value instead of total contract value"),
    ]
    svg = waterfall_svg("Finance reports", Decimal("4497688.59"), steps, "Canonical", Decimal("10380253.42"), "USD")
    assert svg == GOLDEN.read_text(encoding="utf-8")


amounts = st.decimals(-(10**12), 10**12, places=2)
steps_of_any_size = st.lists(st.tuples(st.just("x"), amounts, st.sampled_from(CATEGORIES)), min_size=2, max_size=14)


@settings(max_examples=60, deadline=None)
@given(amounts, steps_of_any_size)
def test_whatever_the_figures_bars_foot_inside_the_picture_and_rows_never_touch(
    opening: Decimal, steps: list[Step]
) -> None:
    closing = opening - sum((amount for _, amount, _ in steps), Decimal(0))
    found = bars_of(("a", opening), steps, ("b", closing))
    assert len(found) == len(steps) + 2  # nothing is left for a residual
    assert all(before.end == after.start for before, after in pairwise(found[:-1]))

    picture = ElementTree.fromstring(waterfall_svg("a", opening, steps, "b", closing, "USD"))
    rects = [r for r in picture.iter(f"{SVG}rect") if r.attrib.get("class", "").startswith("bar")]
    tops = [float(rect.attrib["y"]) for rect in rects]
    assert all(after - before >= 22 for before, after in pairwise(tops))
    assert all(float(r.attrib["x"]) >= 318 and float(r.attrib["x"]) + float(r.attrib["width"]) <= 852 for r in rects)

    scale = scale_of(found, 318, 850)
    assert scale.x(found[-2].end) == pytest.approx(scale.x(closing))
