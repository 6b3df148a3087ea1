"""Ratios: exact, linear, and footing to the last decimal."""

from decimal import Decimal
from fractions import Fraction

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.entity_map.ratios import Ratio
from revrecon.findings import CATEGORY_ORDER
from revrecon.numbers.bridges import NumberResult, number_result
from revrecon.numbers.frames import (
    BRIDGE_SCHEMA,
    FIGURE_SCHEMA,
    ITEM_SCHEMA,
    ORDER_MATTERS_SCHEMA,
    ORDER_SCHEMA,
    STEP_SCHEMA,
)
from revrecon.numbers.ratios import ratio_result
from revrecon_tests.companies import TODAY, company, shop_tables, world_of
from revrecon_tests.numbers.counted_shop import COUNTED
from revrecon_tests.tables import rows


def average(**changed):
    mapped = company(COUNTED)
    world = world_of(mapped, shop_tables(**changed))
    results = [number_result(mapped, name, TODAY, lambda _: world) for name in ("pipeline", "open_deals")]
    return ratio_result("average_deal", mapped.ratios["average_deal"], *results)


def test_the_average_deal_is_bridged_through_its_sum_and_its_count():
    found = average()
    row = {one["definition"]: one for one in found.bridges.iter_rows(named=True)}["sales"]
    assert (row["reported"], row["closing"], row["residual"]) == (475, 900, 0)  # 950 / 2 and 900 / 1
    steps = found.steps.filter(pl.col("definition") == "sales")
    assert rows(steps, "part", "cause", "detail", "amount") == [
        ("of", "definition.filter", "not: large", Decimal(25)),  # 50 / 2
        ("over", "definition.filter", "not: large", Decimal(-450)),  # -900 * 1 / 2
    ]


def test_a_zero_below_the_line_is_not_run_with_a_sentence():
    no_quotes = "id | name | customer | stage | total | crm_id | created | changed"
    found = average(quotes=no_quotes)
    assert found.not_run == (
        "average_deal.books was not run: its own figure of open_deals is zero, and nothing is divided by zero",
    )
    assert found.bridges["definition"].to_list() == ["sales"]


CENTS = st.integers(-10_000_000, 10_000_000).map(lambda n: Decimal(n).scaleb(-2))
ITEM = st.tuples(st.sampled_from(CATEGORY_ORDER), st.integers(0, 2), CENTS)


def result_of(closing, items):
    """A number's bridge made of amounts alone."""
    moved = sum((amount for _, _, amount in items), Decimal())
    frame = pl.DataFrame(
        [{"number": "n", "period": "", "definition": "sales", "category": c, "cause": f"{c}.x", "detail": str(d),
          "unit_id": f"u{n}", "records": "", "label": "", "amount": amount}
         for n, (c, d, amount) in enumerate(items)],
        schema=ITEM_SCHEMA,
    )  # fmt: skip
    bridge = pl.DataFrame(
        [{"number": "n", "period": "", "definition": "sales", "department": "sales", "unit": "USD",
          "reported": closing + moved, **{f"{c}_step": Decimal() for c in CATEGORY_ORDER}, "residual": Decimal(),
          "closing": closing, "closing_definition": "canonical"}],
        schema=BRIDGE_SCHEMA,
    )  # fmt: skip
    empty = [pl.DataFrame(schema=s) for s in (FIGURE_SCHEMA, STEP_SCHEMA, ORDER_SCHEMA, ORDER_MATTERS_SCHEMA)]
    return NumberResult(empty[0], bridge, empty[1], frame, (), empty[2], empty[3])


@settings(deadline=None)
@given(CENTS, CENTS, st.lists(ITEM, max_size=8), st.lists(ITEM, max_size=8), st.integers(0, 4))
def test_shares_add_up_to_the_ratios_gap_and_each_is_within_two_of_its_last_decimals(of, over, dn, dd, decimals):
    ratio = Ratio(title="r", text="r", unit="USD", decimals=decimals, owner="ann", of="a", over="b")
    found = ratio_result("r", ratio, result_of(of, dn), result_of(over, dd))
    reported_over = over + sum((amount for *_, amount in dd), Decimal())
    if not over or not reported_over:
        assert found.bridges.is_empty()
        assert len(found.not_run) == 1
        return
    row = found.bridges.row(0, named=True)
    assert row["residual"] == 0
    assert found.items["amount"].sum() == row["reported"] - row["closing"] == found.steps["amount"].sum()
    exact, last = Fraction(of) / Fraction(over), Fraction(1, 10**decimals)
    for item in found.items.iter_rows(named=True):
        share = Fraction(item["moves"]) * (1 if item["part"] == "of" else -exact) / Fraction(reported_over)
        assert abs(Fraction(item["amount"]) - share) < 2 * last
