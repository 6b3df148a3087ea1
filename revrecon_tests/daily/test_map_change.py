"""What would a change do: the answers in words, and the money, verdicts and owners behind them; nothing is written."""

import json
from decimal import Decimal

import pytest

from revrecon.daily.map_change import map_change
from revrecon.entity_map.differences import differences
from revrecon.entity_map.loader import parse_map
from revrecon.reports.map_change import SAME, as_json, as_markdown
from revrecon_tests.companies import SHOP
from revrecon_tests.shops import SECOND, begun, inputs_of, shop_on_disk

OLD = parse_map(SHOP)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    shop = shop_on_disk(tmp_path_factory.mktemp("shop"))
    begun(shop, SECOND)
    return shop


def edited(*edits):
    text = SHOP
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_map(text)


def compared(shop, new):
    return map_change(inputs_of(shop).home, OLD, new, SECOND)


def test_equal_maps_say_so_and_layout_is_no_change(shop):
    change = compared(shop, parse_map("# a comment\n" + SHOP))
    assert (change.changes, change.figures, change.verdicts, change.owners) == ((), (), (), ())
    assert SAME in as_markdown(change)


@pytest.mark.parametrize(
    ("edit", "kind", "subject", "what", "old", "new"),
    [
        (("amount > 100", "amount > 10"), "definition", "Pipeline", "definitions / canonical / conditions / large",
         "amount > 100", "amount > 10"),
        (("breach: 100}", "breach: 5000}"), "threshold", "Deal: 6 reconciliation",
         "thresholds / any any / gross / breach", "100", "5000"),
        (("breach: 2}", "breach: 3}"), "threshold", "Account: 6 reconciliation",
         "thresholds / any quality.duplicate / count / breach", "2", "3"),
        (("canonical: crm\n", "canonical: books\n"), "tree", "Account: 4 hierarchy", "canonical", "crm", "books"),
        (("category: {type: text, source_of_truth: [books]}", "category: {type: text}"), "survivorship",
         "Account: 5 quality", "fields / category / source_of_truth / books", "{copy: books}", None),
        (("clock: daily", "clock: hourly"), "words", "System Books", "clock", "daily", "hourly"),
        (("unit: USD\n", "unit: USD\n    materiality: 500\n"), "threshold", "Pipeline", "materiality", "0", "500"),
        (("timezone: America/New_York", "timezone: UTC"), "calendar", "Company", "timezone", "America/New_York", "UTC"),
    ],
)  # fmt: skip
def test_a_changed_answer_is_told_in_words_with_old_new_and_line(edit, kind, subject, what, old, new):
    changed = edited(edit)
    (one,) = differences(OLD, changed)
    assert (one.kind, one.subject, one.what, one.old, one.new) == (kind, subject, what, old, new)
    assert one.line is not None
    line, written = (SHOP if new is None else changed.text).splitlines()[one.line - 1], edit[0 if new is None else 1]
    assert written.splitlines()[-1].strip().split(":")[0] in line


def test_thresholds_that_change_places_are_one_change_of_order_and_a_new_one_in_front_is_one_more():
    two, three, swapped = (edited(("thresholds: [{gross", f"thresholds: [{more}, {{gross")) for more in (
        "{copy: crm, count: {warn: 3}}",
        "{copy: books, count: {warn: 4}}, {copy: crm, count: {warn: 3}}",
        "{copy: crm, count: {warn: 3}}, {copy: books, count: {warn: 4}}",
    ))  # fmt: skip
    (one,) = differences(two, three)
    assert (one.what, one.old, one.new) == ("thresholds / books any", None, "{copy: books, count: {warn: 4}}")
    (one,) = differences(three, swapped)
    assert (one.what, one.new) == ("thresholds / order", "[crm any, books any, any any]")


def test_a_changed_definition_shows_its_money_and_the_largest_record(shop):
    change = compared(shop, edited(("amount > 100", "amount > 10"), ("version: 1}", "version: 2}")))
    (one,) = change.figures
    assert (one.name, one.old, one.new, one.difference, one.moved) == ("pipeline.canonical", 900, 950, 50, 1)
    assert (one.largest, one.largest_amount) == ("Small (crm:D2)", Decimal(50))
    assert change.verdicts == ()
    assert change.owners == ("Ann <ann@example.com>",)


def test_a_changed_threshold_shows_the_verdicts_that_change_and_no_figure(shop):
    change = compared(shop, edited(("breach: 100}", "breach: 5000}")))
    assert change.figures == ()
    (one,) = change.verdicts
    assert (one.entity, one.copy, one.cause, one.old, one.new) == (
        "deal",
        "books",
        "quality.wrong_value",
        "breach",
        "warn",
    )


def test_another_tree_shows_the_figures_that_it_moves(shop):
    sold = ("parent_field: parent", "parent_field: parent\n      corrections: [{child: A2, parent: null, why: sold}]")
    change = compared(shop, edited(sold))
    assert [(one.kind, one.what) for one in change.changes] == [("tree", "corrections / A2")]
    moved = {one.name: (one.old, one.new, one.moved) for one in change.figures}
    assert moved == {"customers.canonical": (1, 1, 2)}  # another family is the one customer


def test_a_figure_that_one_map_lacks_is_shown_without_a_value(shop):
    start = SHOP.index("      sales:\n        version: 1")
    change = compared(shop, parse_map(SHOP[:start] + SHOP[SHOP.index("      books:\n        version: 1", start) :]))
    (one,) = change.figures
    assert (one.name, one.old, one.new, one.difference) == ("pipeline.sales", 950, None, None)


def test_nothing_is_written_into_the_home(shop):
    before = sorted((str(p), p.stat().st_mtime_ns) for p in (shop / "home").rglob("*") if p.is_file())
    compared(shop, edited(("amount > 100", "amount > 10"), ("breach: 100}", "breach: 5000}")))
    assert sorted((str(p), p.stat().st_mtime_ns) for p in (shop / "home").rglob("*") if p.is_file()) == before


def test_there_and_back_is_the_same_money_with_the_other_sign(shop):
    home, new = inputs_of(shop).home, edited(("amount > 100", "amount > 10"))
    there, back = map_change(home, OLD, new, SECOND), map_change(home, new, OLD, SECOND)
    assert [one.difference for one in there.figures] == [-one.difference for one in back.figures if one.difference]


def test_markdown_and_json_say_the_same(shop):
    change = compared(shop, edited(("amount > 100", "amount > 10")))
    page, told = as_markdown(change), json.loads(as_json(change))
    assert "| pipeline.canonical | 2026-03-03 | $900.00 | $950.00 | +$50.00 | 1 |" in page
    assert "amount &lt; 10" not in page
    assert told["figures"][0]["difference"] == "50.0000"
    assert told["changes"][0]["new"] == "amount > 10"


def test_without_data_only_the_maps_are_compared(tmp_path):
    shop = shop_on_disk(tmp_path)
    change = map_change(inputs_of(shop).home, OLD, edited(("amount > 100", "amount > 10")), None)
    assert (len(change.changes), change.figures) == (1, ())
    assert "empty" in change.notes[0]
