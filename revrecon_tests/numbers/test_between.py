"""Bridges between any two lenses, and what a department's data say under another's definition."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from revrecon.numbers.accounting import row_accounting
from revrecon.numbers.between import bridge_between
from revrecon.numbers.bridges import number_result
from revrecon.numbers.held import held_records
from revrecon.numbers.moments import Period
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.since import bridge_since
from revrecon.numbers.versions import NoSuchLens
from revrecon_tests.companies import CUSTOMERS, DEALS, QUOTES, SHOP, TODAY, company, shop_tables, world_of
from revrecon_tests.tables import rows

ALWAYS = Period("", TODAY, TODAY)
EARLIER = TODAY - dt.timedelta(days=9)
OLD_SALES = """        measure: {sum: {amount: amount}}
        previous:
          - version: 1
            effective: 2025-01-01
            department: sales
            text: Amount of every deal.
            entity: deal
            copy: crm
            measure: {sum: {amount: amount}}
      books:"""
VERSIONED = SHOP.replace("      sales:\n        version: 1", "      sales:\n        version: 2").replace(
    "        measure: {sum: {amount: amount}}\n      books:", OLD_SALES
)


def bridge(opening, closing, number="pipeline", text=SHOP, **changed):
    mapped = company(text)
    world = world_of(mapped, shop_tables(**changed))
    return bridge_between(mapped, number, opening, closing, TODAY, ALWAYS, lambda _: world)


def steps(found):
    return rows(found.steps, "cause", "detail", "amount")


def test_two_departments_are_bridged_without_what_both_share():
    found = bridge("sales", "books")
    assert (found.opening_value, found.closing_value, found.residual) == (950, 350, 0)
    assert steps(found) == [("definition.measure", "amount instead of first year", Decimal(600))]


def test_two_versions_of_a_definition_are_compared_condition_by_condition():
    found = bridge("sales@1", "sales", text=VERSIONED)
    assert (found.opening_value, found.closing_value) == (1350, 950)
    assert steps(found) == [("definition.filter", "not: open", Decimal(400))]


def test_a_departments_tree_is_bridged_to_the_canonical_one():
    lost = CUSTOMERS.replace("| C1     |", "|        |")
    found = bridge("books", "books:tree", "customers", customers=lost)
    assert (found.opening_value, found.closing_value) == (2, 1)
    assert steps(found) == [("hierarchy.missing_parent", "a root here only", Decimal(1))]


def test_the_canonical_lens_has_no_data_of_its_own():
    assert steps(bridge("canonical", "canonical:data,tree")) == []


@pytest.mark.parametrize(
    ("opening", "told"),
    [
        ("sale", "has no definition 'sale'; it has canonical, sales and books; did you mean 'sales'?"),
        ("sales@7", "There is no sales@7; the map has sales@1."),
        ("sales:tre", "A lens has no coordinate 'tre'; it has data, tree, as_of and definition; did you mean 'tree'?"),
    ],
)
def test_a_lens_that_is_not_there_is_told_with_what_there_is(opening, told):
    with pytest.raises(NoSuchLens) as error:
        bridge(opening, "canonical")
    assert told in str(error.value)


THEN = DEALS.replace("D2 | Small | A2      | open ", "D2 | Small | A2      | lost ").replace("900.00", "800.00")
NOW = DEALS + "D5 | Fresh | A3 | open | 30.00 | 30.00 | no | 2026-03-30 00:00:00 | 2026-03-30 00:00:00\n"


def test_one_day_is_bridged_to_another_by_what_became_of_its_records():
    mapped = company()
    worlds = {
        EARLIER: world_of(mapped, shop_tables(deals=THEN), EARLIER),
        TODAY: world_of(mapped, shop_tables(deals=NOW)),
    }
    for name in ("sales", "sales:data"):
        found = bridge_since(mapped, "pipeline", name, (EARLIER, TODAY), ALWAYS, worlds.__getitem__)
        assert (found.opening_value, found.closing_value, found.residual) == (980, 800, 0)
        assert steps(found) == [
            ("timing.as_of", "another value", Decimal(100)),
            ("timing.as_of", "newly counted, then not: open", Decimal(50)),
            ("timing.as_of", "new record", Decimal(30)),
        ]
    back = bridge_since(mapped, "pipeline", "sales", (TODAY, EARLIER), ALWAYS, worlds.__getitem__)
    assert [detail for _, detail, _ in steps(back)] == [
        "another value", "no longer counted, now not: open", "gone record",
    ]  # fmt: skip


def test_a_record_with_two_causes_is_shared_between_them_whatever_the_order():
    """A quote of a deal that is too small for the canonical definition, held twice: quality or definition, in turn."""
    twice = QUOTES + "Q3 | Small | C2 | open | 50.00 | | 2026-01-13 00:00:00 | 2026-01-13 00:00:00\n"
    mapped = company()
    world = world_of(mapped, shop_tables(quotes=twice))
    found = number_result(mapped, "pipeline", TODAY, lambda _: world)
    bars = found.orders.filter(pl.col("definition") == "books")
    assert rows(bars, "category", "in_order", "shapley", "low", "high", "records") == [
        ("quality", 50, 25, 0, 50, 1),
        ("hierarchy", 0, 0, 0, 0, 1),
        ("timing", 0, 0, 0, 0, 1),
        ("definition", -550, -525, -550, -500, 1),
    ]
    told = found.order_matters.filter(pl.col("definition") == "books")
    assert rows(told, "unit_id", "label", "quality_in_order", "quality_shapley", "definition_shapley") == [
        ("crm:D2", "Small", 50, 25, 75),
    ]


def test_a_department_holds_its_own_values_and_the_canonical_ones_where_it_has_none():
    quotes = QUOTES.replace("300.00", "310.00")
    mapped = company()
    world = world_of(mapped, shop_tables(quotes=quotes))
    books = mapped.numbers["pipeline"].definitions["books"]
    held = held_records(mapped, world, books, "deal", ALWAYS).sort("canonical_id")
    assert rows(held, "canonical_id", "_id", "stage", "amount", "first_year") == [
        ("crm:D1", "Q1", "open", Decimal(900), Decimal(310)),  # its own first year, the canonical amount
        ("crm:D2", "Q2", "open", Decimal(50), Decimal(50)),
        ("crm:D3", None, "won", Decimal(400), Decimal(400)),  # not expected in the books: the canonical record
    ]
    customers = mapped.numbers["customers"].definitions["books"]
    beside = held_records(mapped, world, customers, "deal", ALWAYS)  # of another entity: the system's copy of deals
    assert rows(beside, "canonical_id", "first_year") == [
        ("crm:D1", Decimal(310)),
        ("crm:D2", Decimal(50)),
        ("crm:D3", Decimal(400)),
    ]


def test_every_row_is_counted_where_it_ended():
    quotes = QUOTES + "Q8 | TEST | C1 | open | 2.00 | | 2026-01-11 00:00:00 | 2026-01-11 00:00:00\n"
    quotes += "Q9 | Ghost | C1 | open | 7.00 | | 2026-01-11 00:00:00 | 2026-01-11 00:00:00\n"
    world = world_of(company(), shop_tables(quotes=quotes))
    counted = row_accounting(world, {("deal", "books"): 1}).filter(pl.col("entity") == "deal").drop("entity")
    assert counted.rows() == [
        ("crm", 4, 3, 3, 3, 0, 0, 1, 0),  # D4 is deleted
        ("books", 5, 3, 2, 2, 1, 1, 1, 1),  # D3 is not held
    ]


def test_what_is_not_known_is_told():
    def unknown(day):
        raise NotKnown(f"nothing was received of any system up to {day}")

    with pytest.raises(NotKnown):
        bridge_between(company(), "pipeline", "sales", "books", TODAY, ALWAYS, unknown)
