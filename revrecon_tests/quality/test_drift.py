import datetime as dt
from decimal import Decimal

import polars as pl

from revrecon.quality.drift import differences
from revrecon.quality.judgement import drift_findings
from revrecon_tests.companies import CUSTOMERS, DEALS, QUOTES, company, shop_tables, world_of
from revrecon_tests.tables import rows

LATER = dt.date(2026, 3, 31)


def drifted(entity, copy, versions=None, **changed):
    tables = shop_tables(**changed)
    past = {**tables, **(versions or {})}
    frame = drift_findings(company(), world_of(company(), tables, versions=past), entity, copy)
    return sorted(rows(frame, "cause", "record_id", "field", "amount"), key=str)


def test_values_that_are_equal_in_standard_form_are_no_drift():
    assert drifted("account", "books") == []


def test_a_value_that_was_true_once_is_stale_and_another_one_is_wrong():
    quotes = QUOTES.replace("300.00", "250.00")
    assert drifted("deal", "books", quotes=quotes) == [("quality.wrong_value", "Q1", "first_year", Decimal("-50.00"))]
    before = {("crm", "Deal"): DEALS + "\n D1 | Big | A1 | open | 900.00 | 250.00 | no | 2026-01-10 00:00:00 |"}
    assert drifted("deal", "books", quotes=quotes, versions=before) == [
        ("quality.stale_copy", "Q1", "first_year", Decimal("-50.00"))
    ]


def test_a_copy_older_than_the_canonical_change_is_stale():
    deals = DEALS.replace(
        "300.00     | no   | 2026-01-10 00:00:00 | 2026-01-10", "310.00 | no | 2026-01-10 00:00:00 | 2026-02-10"
    )
    assert drifted("deal", "books", deals=deals) == [("quality.stale_copy", "Q1", "first_year", Decimal("-10.00"))]


def test_within_its_freshness_limit_a_copy_is_not_late():
    deals = DEALS.replace(
        "300.00     | no   | 2026-01-10 00:00:00 | 2026-01-10", "310.00 | no | 2026-01-10 00:00:00 | 2026-03-31"
    )
    assert drifted("deal", "books", deals=deals) == []
    frame = differences(company(), world_of(company(), shop_tables(deals=deals)), "deal", "books")
    moved = frame.filter(pl.col("state") == "differs")
    assert rows(moved, "field", "in_transit") == [("first_year", True)]


def test_a_record_that_must_be_copied_and_is_not_is_missing_and_stands_on_its_source():
    quotes = "\n".join(QUOTES.strip().splitlines()[:2])
    frame = drift_findings(company(), world_of(company(), shop_tables(quotes=quotes)), "deal", "books")
    assert rows(frame, "cause", "record_system", "record_object", "record_id", "system", "object", "amount") == [
        ("quality.missing_record", "crm", "Deal", "D2", "books", "quote", Decimal("-50.00"))
    ]


def test_a_record_that_nothing_canonical_stands_behind_is_an_orphan():
    quotes = QUOTES + "\n Q7 | Ghost | C1 | open | 7.00 | D77 | 2026-01-11 00:00:00 |"
    assert drifted("deal", "books", quotes=quotes) == [("quality.orphan", "Q7", None, Decimal("7.00"))]


def test_the_second_record_of_one_thing_is_a_duplicate_but_a_contract_entity_is_none():
    twice = CUSTOMERS + "\n C8 | Acme | 1 | | | A1 | 2026-02-01 00:00:00 |"
    assert drifted("account", "books", customers=twice) == [("quality.duplicate", "C8", None, None)]
    contract = CUSTOMERS + "\n C8 | Acme (renewal) | 5550001 | C1 | contract | A1 | 2026-02-01 00:00:00 |"
    assert drifted("account", "books", customers=contract) == []


def test_parents_are_judged_against_the_canonical_tree():
    lost = CUSTOMERS.replace("| C1     |", "|        |")
    assert drifted("account", "books", customers=lost) == [("hierarchy.missing_parent", "C2", "parent", None)]
    loop = CUSTOMERS.replace("5550001  |        |", "5550001  | C2     |")
    assert {row[0] for row in drifted("account", "books", customers=loop)} == {"hierarchy.cycle"}
    stray = CUSTOMERS + "\n C8 | Acme (renewal) | 5550001 | | contract | A1 | 2026-02-01 00:00:00 |"
    assert drifted("account", "books", customers=stray) == [("hierarchy.contract_entity", "C8", "parent", None)]


def test_a_parent_that_the_copy_does_not_hold_is_not_missing():
    only_child = "\n".join([CUSTOMERS.strip().splitlines()[0], CUSTOMERS.strip().splitlines()[2].replace("C1", "  ")])
    frame = drift_findings(company(), world_of(company(), shop_tables(customers=only_child)), "account", "books")
    assert rows(frame, "cause", "record_id") == [("quality.missing_record", "A1")]


def test_looking_only_for_what_is_wrong_finds_what_looking_at_everything_finds():
    deals = DEALS.replace("Big", "Bigger").replace("open", "won", 1)
    tables = shop_tables(deals=deals, quotes=QUOTES.replace("300.00", ""))
    world = world_of(company(), tables, versions=tables)
    every = differences(company(), world, "deal", "books")
    wrong = differences(company(), world, "deal", "books", only_wrong=True)
    assert wrong.height > 0
    assert wrong.equals(every.filter(pl.col("cause").is_not_null()))
