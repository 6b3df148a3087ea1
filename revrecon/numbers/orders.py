"""Whatever the order: what each coordinate moves in every order of the steps, and its order-free share.

The order of a walk's steps matters only for records in which two coordinates differ and hang together: a wrong amount
on a record that one definition counts and the other does not. The order-free share of a coordinate is Shapley's value:
its step averaged over all 24 orders. All arithmetic is on integers: ten-thousandths of the unit, and their 24ths.
"""

from dataclasses import dataclass
from itertools import permutations

import polars as pl

from revrecon.findings import CATEGORY_ORDER

COORDINATES = ("data", "tree", "as_of", "definition")
"""The four coordinates of a lens, in the order in which the walk makes them canonical."""

CORNERS = {name: 1 << place for place, name in enumerate(COORDINATES)}
"""Each coordinate's bit in the number of a corner: `v5` is the value with data and as-of canonical."""

SCALE = 10_000
"""Values are held in ten-thousandths."""

LENS_SCHEMA: dict[str, pl.DataType] = {
    "unit_id": pl.String(),
    "in_transit": pl.Boolean(),
    **{f"v{corner}": pl.Int64() for corner in range(16)},
}
"""One row per unit: its value under each of the sixteen lenses, in ten-thousandths of the number's unit."""

MAGNITUDE_SCHEMA: dict[str, pl.DataType] = {f"v{corner}": pl.Float64() for corner in range(16)}
"""How large the amounts under each of the sixteen lenses are: the sums of their absolutes, in ten-thousandths."""

SHARE_SCHEMA: dict[str, pl.DataType] = {
    "unit_id": pl.String(),
    **{f"{category}_in_order": pl.Int64() for category in CATEGORY_ORDER},
    **{f"{category}_shapley": pl.Int64() for category in CATEGORY_ORDER},
}
"""One row per unit in which the order matters; each four add up to the unit's gap, in ten-thousandths."""

BAR_SCHEMA: dict[str, pl.DataType] = {
    "category": pl.String(),
    "in_order": pl.Int64(),
    "shapley": pl.Int64(),
    "low": pl.Int64(),
    "high": pl.Int64(),
}
"""One row per category: its bar in the declared order, its order-free share, and its range over all 24 orders."""

_LARGEST = (2**63 - 1) // (24 * 16)
_EVERY = 24  # orders of four coordinates


class TooLarge(Exception):
    """Values do not fit the exact arithmetic."""


@dataclass(frozen=True)
class Orders:
    """The bars of a bridge whatever the order (BAR_SCHEMA), and the units in which it matters (SHARE_SCHEMA)."""

    bars: pl.DataFrame
    matters: pl.DataFrame


def is_set(corner: int, coordinate: str) -> bool:
    """Whether a coordinate is canonical at a corner."""
    return bool(corner & CORNERS[coordinate])


def condensed(values: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
    """The units in which the order matters, and a frame of lenses (LENS_SCHEMA) with the same orders as the given one.

    Rows of these units stay; all others, in which every coordinate moves the same whatever came before, are added up.
    """
    hanging = values.filter(~_adds_up())["unit_id"].unique()
    matters = pl.col("unit_id").is_in(hanging.implode())
    rest = values.filter(~matters).group_by("in_transit").agg(pl.all().exclude("unit_id").sum())
    added = rest.with_columns(pl.lit("").alias("unit_id")).select(values.columns).sort("in_transit")
    return hanging, pl.concat([values.filter(matters), added])


def magnitudes(values: pl.DataFrame) -> pl.DataFrame:
    """The sums of the absolute amounts under each lens, in one row (MAGNITUDE_SCHEMA)."""
    return values.select(pl.col(corner).cast(pl.Float64).abs().sum() for corner in MAGNITUDE_SCHEMA)


def orders_of(values: pl.DataFrame, decimals: int = 2, sizes: pl.DataFrame | None = None) -> Orders:
    """All orders of a frame of sixteen lenses (LENS_SCHEMA).

    A unit may stand in several rows, which add up (one walk less another). Shares are rounded to the number's decimals,
    at least hundredths, so that each unit's add up to its gap and the bars to the whole gap, exactly; a unit in which
    the order does not matter has the same amounts in every order. `sizes`: the MAGNITUDE_SCHEMA of the rows that
    `condensed` ones stand for. Raises TooLarge beyond 64-bit arithmetic.
    """
    _require_small(magnitudes(values) if sizes is None else sizes)
    hanging = values.filter(~_adds_up())["unit_id"].unique()
    mattering = values.filter(pl.col("unit_id").is_in(hanging.implode())).sort("unit_id", *values.columns[1:])
    walked = values.select(_by_category(_steps()))
    shares = _rounded_shares(mattering, decimals)
    in_order = mattering.select("unit_id", *_by_category(_steps(), "_in_order"))
    by_category = shares.select("unit_id", *_by_category({name: pl.col(name) for name in COORDINATES}, "_shapley"))
    units = pl.concat([in_order, by_category.drop("unit_id")], how="horizontal")
    units = units.group_by("unit_id").agg(pl.all().sum()).sort("unit_id").select(list(SHARE_SCHEMA))
    return Orders(_bars(values, walked, units), units)


def _require_small(sizes: pl.DataFrame) -> None:
    total = sizes.select(pl.max_horizontal(pl.all().sum())).item() or 0.0
    if total > _LARGEST:
        raise TooLarge(
            f"The amounts of this bridge add up to {total / SCALE:,.0f}, and orders are exact up to "
            f"{_LARGEST / SCALE:,.0f}: give the number in a larger unit, such as kUSD."
        )


def _at(corner: int) -> pl.Expr:
    return pl.col(f"v{corner}")


def _adds_up() -> pl.Expr:
    """Whether every coordinate moves the same amount whichever came before it."""
    moved = {name: _at(bit) - _at(0) for name, bit in CORNERS.items()}
    several = [corner for corner in range(16) if corner.bit_count() > 1]
    sums = [pl.sum_horizontal(moved[name] for name in COORDINATES if is_set(corner, name)) for corner in several]
    return pl.all_horizontal(_at(corner) - _at(0) == both for corner, both in zip(several, sums, strict=True))


def _steps(order: tuple[str, ...] = COORDINATES) -> dict[str, pl.Expr]:
    """What each coordinate moves when they become canonical in an order."""
    found, corner = {}, 0
    for name in order:
        found[name] = _at(corner) - _at(corner | CORNERS[name])
        corner |= CORNERS[name]
    return found


def _by_category(steps: dict[str, pl.Expr], suffix: str = "") -> list[pl.Expr]:
    """Coordinates by the category that they are told under: data in transit are timing."""
    late, moved = pl.col("in_transit"), steps["data"]
    named = {
        "quality": pl.when(late).then(0).otherwise(moved),
        "hierarchy": steps["tree"],
        "timing": steps["as_of"] + pl.when(late).then(moved).otherwise(0),
        "definition": steps["definition"],
    }
    return [named[category].cast(pl.Int64).alias(category + suffix) for category in CATEGORY_ORDER]


def _bars(values: pl.DataFrame, walked: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    every = _every_order(values)
    in_order = [int(walked[category].sum()) for category in CATEGORY_ORDER]
    moved = [int(units[f"{c}_shapley"].sum()) - int(units[f"{c}_in_order"].sum()) for c in CATEGORY_ORDER]
    bars = {
        "category": CATEGORY_ORDER,
        "in_order": in_order,
        "shapley": [one + more for one, more in zip(in_order, moved, strict=True)],
        "low": [min(order[category] for order in every) for category in CATEGORY_ORDER],
        "high": [max(order[category] for order in every) for category in CATEGORY_ORDER],
    }
    return pl.DataFrame(bars, schema=BAR_SCHEMA)


def _every_order(values: pl.DataFrame) -> list[dict[str, int]]:
    """Each category's bar in each of the 24 orders: differences of the corners' sums, so that no record is looked at
    again."""
    sums = values.group_by("in_transit").agg(pl.all().exclude("unit_id").sum())
    found = []
    for order in permutations(COORDINATES):
        moved = sums.select(_by_category(_steps(order))).sum()
        found.append({category: int(moved[category][0] or 0) for category in CATEGORY_ORDER})
    return found


def _rounded_shares(values: pl.DataFrame, decimals: int) -> pl.DataFrame:
    """Every row's order-free share per coordinate, in whole units of rounding: `unit_id`, `in_transit`, COORDINATES.

    Rows are rounded together with all before them in which the same coordinates have a share: their running totals, by
    largest remainder, each row having the difference to the one before. So rows and columns add up, halves do not all
    fall to one side, and a coordinate without a share gets none.
    """
    size = _size_of_rounding(values, decimals)
    exact = values.select("unit_id", "in_transit", *(_weighed(name).alias(name) for name in COORDINATES))
    taking_part = pl.concat_str([(pl.col(name) != 0).cast(pl.Int8) for name in COORDINATES]).alias("_who")
    totals = exact.with_columns(taking_part).with_columns(pl.col(COORDINATES).cum_sum().over("_who"))
    rounded = totals.with_columns(_largest_remainder(_EVERY * size))
    shares = rounded.with_columns(
        (pl.col(COORDINATES) - pl.col(COORDINATES).shift(1, fill_value=0).over("_who")) * size
    )
    return shares.select("unit_id", "in_transit", *COORDINATES)


def _size_of_rounding(values: pl.DataFrame, decimals: int) -> int:
    """The number's last decimal in ten-thousandths; hundredths at least, and what the amounts themselves need."""
    for digits in range(max(decimals, 2), 4):
        size = int(SCALE // 10**digits)
        gap = pl.col("v0") - pl.col("v15")
        if values.select((gap % size == 0).all()).item():
            return size
    return 1


def _weighed(name: str) -> pl.Expr:
    """24 times a coordinate's order-free share: it comes first in 6 orders, after one given other in 2, and so on."""
    bit = CORNERS[name]
    weights = (6, 2, 2, 6)
    before = [corner for corner in range(16) if not corner & bit]
    return pl.sum_horizontal(weights[corner.bit_count()] * (_at(corner) - _at(corner | bit)) for corner in before)


def _largest_remainder(whole: int) -> list[pl.Expr]:
    """Four totals in whole parts that add up to their sum: what is left over goes to the largest remainders."""
    left = {name: pl.col(name) - pl.col(name).floordiv(whole) * whole for name in COORDINATES}
    over = pl.sum_horizontal(left.values()).floordiv(whole)
    found = []
    for place, name in enumerate(COORDINATES):
        ahead = [
            (left[other] >= left[name]) if earlier < place else (left[other] > left[name])
            for earlier, other in enumerate(COORDINATES)
            if other != name
        ]
        rank = pl.sum_horizontal(one.cast(pl.Int64) for one in ahead)
        found.append((pl.col(name).floordiv(whole) + (rank < over).cast(pl.Int64)).alias(name))
    return found
