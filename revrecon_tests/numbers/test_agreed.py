import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from revrecon.entity_map.loader import parse_map
from revrecon.numbers.agreed import agreed_steps
from revrecon.numbers.frames import STEP_SCHEMA
from revrecon.reports.agreed_views import agreed_in_bridges
from revrecon_tests.companies import SHOP

AGREED = """
agreed_differences:
  sales_counts_all:
    kind: bridge
    number: pipeline
    definition: sales
    cause: definition.filter
    owner: ann
    why: Sales plans with small deals as well.
    cap: 1000
    agreed_on: 2026-03-03
    until: 2026-03-31
"""
MAP = parse_map(SHOP + AGREED).map


def march(number):
    return dt.date(2026, 3, number)


def steps(*lines):
    rows = [line.split() for line in lines]
    told = [
        {
            "number": "pipeline", "period": "", "definition": row[0], "position": at,
            "category": row[1].split(".")[0], "cause": row[1], "detail": row[2], "amount": Decimal(row[3]),
            "gross": abs(Decimal(row[3])), "records": 1,
        }
        for at, row in enumerate(rows)
    ]  # fmt: skip
    return pl.DataFrame(told, schema=STEP_SCHEMA)


FILTERED = steps(
    "sales definition.filter large 700", "sales definition.filter other -100", "books definition.filter x 9"
)


@pytest.mark.parametrize(
    ("day", "amount", "state"),
    [
        (march(2), None, None),  # not agreed yet
        (march(3), "700", "agreed"),
        (march(31), "700", "agreed"),
        (march(20), "1001", "over the cap"),
        (march(20), "-1001", "over the cap"),
        (dt.date(2026, 4, 1), "700", "expired"),
    ],
)
def test_a_difference_is_agreed_while_it_stands_and_covers_it(day, amount, state):
    moved = steps(f"sales definition.filter large {amount}") if amount else FILTERED
    found = agreed_steps(MAP, moved, day)["state"].to_list()
    assert found == ([state] if state else [])


def test_details_are_added_up_net_and_other_departments_left_alone():
    (row,) = agreed_steps(MAP, FILTERED, march(10)).iter_rows(named=True)
    assert (row["definition"], row["amount"], row["cap"]) == ("sales", 600, 1000)


@pytest.mark.parametrize(
    ("day", "amount", "said"),
    [
        (
            march(10),
            "700",
            "Agreed: filter +$700 of $1,000 until 2026-03-31 (Ann): Sales plans with small deals as well.",
        ),
        (march(25), "700", "It ends within a week."),
        (march(10), "2000", "Over the cap: filter +$2,000 of $1,000 until 2026-03-31, and counts again (Ann)"),
        (dt.date(2026, 4, 2), "700", "Expired: filter +$700 of $1,000 ended on 2026-03-31, and counts again (Ann)"),
    ],
)
def test_what_is_agreed_is_told_in_a_sentence(day, amount, said):
    (told,) = agreed_in_bridges(MAP, steps(f"sales definition.filter large {amount}"), day)
    assert said in told
