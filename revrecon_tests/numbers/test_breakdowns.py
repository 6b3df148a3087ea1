"""Bridges taken apart: every row of a breakdown foots, and the largest movers come first."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.entity_map.breakdowns import Breakdown
from revrecon.findings import CATEGORIES
from revrecon.numbers.breakdowns import NOT_KNOWN, VALUE_SCHEMA, broken_down, movers, needed_for, values_of
from revrecon.numbers.frames import ITEM_SCHEMA
from revrecon_tests.companies import company, shop_tables, world_of

amounts = st.integers(-99_999, 99_999).map(lambda cents: Decimal(cents) / 100)
item = st.tuples(st.sampled_from(["sales", "books"]), st.sampled_from(CATEGORIES), st.sampled_from("abcdef"), amounts)


def items_of(rows) -> pl.DataFrame:
    made = [
        {"number": "pipeline", "period": "", "definition": definition, "category": category,
         "cause": f"{category}.x", "detail": "", "unit_id": unit, "records": "", "label": unit, "amount": amount}
        for definition, category, unit, amount in rows
    ]  # fmt: skip
    return pl.DataFrame(made, schema=ITEM_SCHEMA)


@settings(max_examples=60, deadline=None)
@given(st.lists(item, max_size=30), st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["north", "south"])))
def test_rows_of_a_breakdown_add_up_to_every_bar(rows, regions):
    items = items_of(rows)
    values = pl.DataFrame(list(regions.items()), schema=VALUE_SCHEMA, orient="row")
    found = broken_down(items, "region", values)
    for definition in ("sales", "books"):
        mine, theirs = (frame.filter(pl.col("definition") == definition) for frame in (items, found))
        for category in CATEGORIES:
            bar = mine.filter(pl.col("category") == category)["amount"].sum()
            assert theirs[f"{category}_step"].sum() == bar
        assert theirs["amount"].sum() == mine["amount"].sum()
        assert theirs["gross"].sum() == mine["amount"].abs().sum()
    unknown = items.filter(~pl.col("unit_id").is_in(list(regions)))["amount"].abs().sum()
    assert found.filter(pl.col("value") == NOT_KNOWN)["gross"].sum() == unknown


@settings(max_examples=60, deadline=None)
@given(st.lists(item, max_size=30), st.floats(0.05, 0.95))
def test_movers_hold_the_whole_difference_the_largest_first_and_the_fewest_are_enough(rows, share):
    items = items_of(rows).filter(pl.col("definition") == "sales")
    found = movers(items)
    assert found["amount"].sum() == items["amount"].sum()
    sizes = [abs(amount) for amount in found["amount"]]
    assert sizes == sorted(sizes, reverse=True)
    needed, whole = needed_for(found, share), sum(sizes)
    if whole:
        assert float(sum(sizes[:needed]) / whole) >= share - 1e-9
        assert float(sum(sizes[: needed - 1]) / whole) < share + 1e-9


DEALS = """
id | name   | account | stage | amount | first_year | gone | created             | changed
D1 | Roof   | A1      | open  | 500    | 100        |      | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
D2 | Cellar | A2      | open  | 400    | 90         |      | 2026-02-10 00:00:00 | 2026-02-10 00:00:00
D3 | Attic  |         | open  | 300    | 80         |      | 2026-02-20 00:00:00 | 2026-02-20 00:00:00
"""
ACCOUNTS = """
id | name  | phone | parent | kind     | created             | changed
A1 | Alpha | 555   |        | customer | 2026-01-01 00:00:00 | 2026-01-01 00:00:00
A2 | Beta  | 556   | A1     | prospect | 2026-01-01 00:00:00 | 2026-01-01 00:00:00
"""


@pytest.mark.parametrize(
    ("breakdown", "expected"),
    [
        (Breakdown(field="stage"), {"D1": "open", "D2": "open", "D3": "open"}),
        (Breakdown(field="account"), {"D1": "Alpha", "D2": "Beta"}),
        (Breakdown(field="account", tree="canonical"), {"D1": "Alpha", "D2": "Alpha"}),
        (Breakdown(field="account.kind"), {"D1": "customer", "D2": "prospect"}),
        (Breakdown(field="self"), {"D1": "Roof", "D2": "Cellar", "D3": "Attic"}),
    ],
    ids=["a field", "a reference by its name", "a root of the tree", "a field behind a reference", "the record"],
)
def test_a_dimension_is_a_field_of_the_record_or_of_what_it_points_to(breakdown, expected):
    world = world_of(company(), shop_tables(accounts=ACCOUNTS, deals=DEALS))
    found = dict(values_of(company(), [world], ["deal"], breakdown).rows())
    assert {key.removeprefix("crm:"): value for key, value in found.items() if key.startswith("crm:")} == expected
