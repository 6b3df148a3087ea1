"""Order-free shares and ranges, against sums over all 24 orders by hand."""

from fractions import Fraction
from itertools import permutations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.findings import CATEGORY_ORDER
from revrecon.numbers.orders import COORDINATES, CORNERS, LENS_SCHEMA, TooLarge, orders_of

AMOUNT = st.sampled_from([0, 0, 10_000, -30_000, 70_100, 1_234_500, 99_999])
ROW = st.tuples(st.booleans(), st.lists(AMOUNT, min_size=16, max_size=16))


def lenses(rows):
    return pl.DataFrame(
        [{"unit_id": f"u{n}", "in_transit": late, **{f"v{c}": v for c, v in enumerate(values)}}
         for n, (late, values) in enumerate(rows)],
        schema=LENS_SCHEMA,
    )  # fmt: skip


def category(coordinate, late):
    return {"data": "timing" if late else "quality", "tree": "hierarchy", "as_of": "timing"}.get(coordinate, coordinate)


def by_hand(values, late):
    """Per order what each category moves."""
    for order in permutations(COORDINATES):
        moved, corner = dict.fromkeys(CATEGORY_ORDER, 0), 0
        for name in order:
            moved[category(name, late)] += values[corner] - values[corner | CORNERS[name]]
            corner |= CORNERS[name]
        yield moved


@settings(deadline=None)
@given(st.lists(ROW, min_size=1, max_size=6))
def test_shares_and_ranges_are_those_of_all_orders(rows):
    found = orders_of(lenses(rows))
    every = [list(by_hand(values, late)) for late, values in rows]
    bars = {row["category"]: row for row in found.bars.iter_rows(named=True)}
    patterns = 2**4
    for name in CATEGORY_ORDER:
        in_each_order = [sum(one[order][name] for one in every) for order in range(24)]
        assert (bars[name]["low"], bars[name]["high"]) == (min(in_each_order), max(in_each_order))
        assert bars[name]["in_order"] == in_each_order[0]
        assert abs(bars[name]["shapley"] - Fraction(sum(in_each_order), 24)) <= patterns * 100
    assert sum(bar["shapley"] for bar in bars.values()) == sum(values[0] - values[15] for _, values in rows)


@settings(deadline=None)
@given(st.lists(ROW, min_size=1, max_size=6))
def test_each_records_shares_add_up_and_are_within_two_units_of_rounding(rows):
    found = {row["unit_id"]: row for row in orders_of(lenses(rows)).matters.iter_rows(named=True)}
    for n, (late, values) in enumerate(rows):
        every = list(by_hand(values, late))
        assert (f"u{n}" in found) or all(one == every[0] for one in every)
        if f"u{n}" not in found:
            continue
        row = found[f"u{n}"]
        shares = [row[f"{name}_shapley"] for name in CATEGORY_ORDER]
        assert sum(shares) == sum(row[f"{name}_in_order"] for name in CATEGORY_ORDER) == values[0] - values[15]
        for name, share in zip(CATEGORY_ORDER, shares, strict=True):
            assert abs(share - Fraction(sum(one[name] for one in every), 24)) < 4 * 100


def test_halves_do_not_all_fall_to_one_side():
    """A hundred records, each half quality and half definition by a cent, are fifty cents each."""
    both = [100 if corner in (0,) else 0 for corner in range(16)]
    only = [100 if not corner & (CORNERS["data"] | CORNERS["definition"]) else 0 for corner in range(16)]
    bars = orders_of(lenses([(False, only)] * 100)).bars
    assert bars["shapley"].to_list() == [5_000, 0, 0, 5_000]
    assert orders_of(lenses([(False, both)] * 4)).bars["shapley"].to_list() == [100, 100, 100, 100]


def test_a_coordinate_that_moves_nothing_gets_nothing_of_the_rounding():
    only = [100 if not corner & (CORNERS["data"] | CORNERS["definition"]) else 0 for corner in range(16)]
    matters = orders_of(lenses([(False, only)] * 5)).matters
    assert matters["hierarchy_shapley"].to_list() == matters["timing_shapley"].to_list() == [0] * 5


def test_amounts_beyond_exact_arithmetic_are_refused_with_the_next_step():
    with pytest.raises(TooLarge, match="larger unit, such as kUSD"):
        orders_of(lenses([(False, [2**60] + [0] * 15)]))


def test_a_bridge_of_nothing_has_four_empty_bars():
    found = orders_of(pl.DataFrame(schema=LENS_SCHEMA))
    assert found.bars.select("in_order", "shapley", "low", "high").rows() == [(0, 0, 0, 0)] * 4
    assert found.matters.is_empty()
