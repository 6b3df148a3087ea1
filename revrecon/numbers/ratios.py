"""Ratios: one number over another, with a bridge that goes through both.

A record that moves the numerator by dn and the denominator by dd moves the ratio by (dn - R dd) / D, where R is the
closing ratio and D the department's denominator. That is exact and linear: over all records it adds up to N / D - R.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from revrecon.entity_map.ratios import Ratio
from revrecon.findings import CATEGORY_ORDER
from revrecon.numbers.bridges import NumberResult
from revrecon.numbers.frames import BRIDGE_SCHEMA, ITEM_SCHEMA, STEP_SCHEMA, VALUE
from revrecon.numbers.items import steps_of
from revrecon.numbers.orders import SCALE, TooLarge
from revrecon.numbers.remainders import by_largest_remainder

RATIO_BRIDGE_SCHEMA: dict[str, pl.DataType] = {
    **BRIDGE_SCHEMA,  # `number` is the ratio's name; every figure in the ratio's unit
    "of_reported": VALUE,
    "over_reported": VALUE,
    "of_closing": VALUE,
    "over_closing": VALUE,
}
"""One row per ratio, period and definition: reported = closing + the four steps + residual."""

RATIO_ITEM_SCHEMA: dict[str, pl.DataType] = {
    **ITEM_SCHEMA,  # `amount` in the ratio's unit
    "part": pl.String(),  # of or over: the number whose reconciling item it is
    "moves": VALUE,  # how much it moves that number
}
"""One row per reconciling item of the numerator or of the denominator, and what it is worth in the ratio."""

RATIO_STEP_SCHEMA: dict[str, pl.DataType] = {**STEP_SCHEMA, "part": pl.String()}
"""One row per cause of a bridge and part: numerator and denominator apart."""

_LARGEST = 2**126


@dataclass(frozen=True)
class RatioResult:
    """One ratio on one day: its bridges, their steps and items, and what could not be worked out and why."""

    bridges: pl.DataFrame
    steps: pl.DataFrame
    items: pl.DataFrame
    not_run: tuple[str, ...]


@dataclass(frozen=True)
class _Fraction:
    """One department's ratio: its number over its other number, and both where the bridges end."""

    of: int
    over: int
    of_closing: int
    over_closing: int
    decimals: int

    @property
    def reported(self) -> int:
        """In whole last decimals, rounded half to even."""
        return round(Fraction(self.of * 10**self.decimals, self.over))

    @property
    def closing(self) -> int:
        return round(Fraction(self.of_closing * 10**self.decimals, self.over_closing))


def ratio_result(name: str, ratio: Ratio, of: NumberResult, over: NumberResult) -> RatioResult:
    """Every bridge of a ratio, from the bridges of its two numbers. A zero below the line is named in `not_run`."""
    keys = ["period", "definition"]
    below = pl.col("reported", "closing", "provisional").name.prefix("over_")
    both = of.bridges.join(over.bridges.select(*keys, below), on=keys,
                           maintain_order="left")  # fmt: skip
    bridges, items, not_run = [], [], []
    for row in both.iter_rows(named=True):
        where = f"{name}.{row['definition']} {row['period']}".strip()
        if not row["over_reported"] or not row["over_closing"]:
            whose = "its own" if not row["over_reported"] else "the closing"
            not_run.append(
                f"{where} was not run: {whose} figure of {ratio.over} is zero, and nothing is divided by zero"
            )
            continue
        of_reported, over_reported, of_closing, over_closing = (_whole(row[part]) for part in _PARTS)
        found = _Fraction(of_reported, over_reported, of_closing, over_closing, ratio.decimals)
        mine = _items(name, found, row, of.items, over.items)
        items.append(mine)
        bridges.append(_bridge(name, ratio, found, row, mine))
    every = pl.concat([pl.DataFrame(schema=RATIO_ITEM_SCHEMA), *items])
    return RatioResult(
        pl.DataFrame(bridges, schema=RATIO_BRIDGE_SCHEMA), _steps(every), every, (*of.not_run, *over.not_run, *not_run)
    )


_PARTS = ("reported", "over_reported", "closing", "over_closing")


def _whole(value: Decimal) -> int:
    return int(value * SCALE)


def _items(name: str, found: _Fraction, row: dict[str, object], of: pl.DataFrame, over: pl.DataFrame) -> pl.DataFrame:
    """Both numbers' items with their share of the ratio, rounded so that items, steps and the whole gap foot."""
    at = (pl.col("period") == row["period"]) & (pl.col("definition") == row["definition"])
    parts = [frame.filter(at).with_columns(pl.lit(part).alias("part")) for part, frame in (("of", of), ("over", over))]
    both = pl.concat(parts)
    if both.is_empty():
        return pl.DataFrame(schema=RATIO_ITEM_SCHEMA)
    whole, below = _weights(found, both)
    exact = both.with_columns(whole.alias("_exact"))
    steps = exact.group_by("part", "category", "cause", "detail", maintain_order=True).agg(pl.col("_exact").sum())
    gap = found.reported - found.closing
    steps = steps.with_columns(by_largest_remainder(pl.col("_exact"), below, pl.lit(gap)).alias("_step")).drop("_exact")
    exact = exact.join(steps, on=["part", "category", "cause", "detail"], maintain_order="left")
    within = by_largest_remainder(pl.col("_exact"), below, pl.col("_step"), ["part", "category", "cause", "detail"])
    value = within.cast(pl.Decimal(38, 4)) / 10**found.decimals
    shared = exact.with_columns(
        pl.col("amount").alias("moves"), value.cast(VALUE).alias("amount"), pl.lit(name).alias("number")
    )
    return shared.select(pl.col(column).cast(dtype) for column, dtype in RATIO_ITEM_SCHEMA.items())


def _weights(found: _Fraction, items: pl.DataFrame) -> tuple[pl.Expr, int]:
    """What each item moves the ratio, in last decimals: a whole number over a positive one that all share."""
    sign = -1 if (found.over < 0) != (found.over_closing < 0) else 1
    most = int(Fraction(items["amount"].abs().sum()) * SCALE) * 10**found.decimals
    if most * max(abs(found.over_closing), abs(found.of_closing)) > _LARGEST:
        raise TooLarge("The two numbers of this ratio are too large to be divided exactly: give them in larger units.")
    moved = (pl.col("amount").cast(pl.Decimal(38, 4)) * SCALE).cast(pl.Int128)
    scale = sign * 10**found.decimals
    of, over = (pl.lit(times, dtype=pl.Int128) for times in (scale * found.over_closing, -scale * found.of_closing))
    weight = pl.when(pl.col("part") == "of").then(moved * of).otherwise(moved * over)
    return weight, abs(found.over * found.over_closing)


def _bridge(
    name: str, ratio: Ratio, found: _Fraction, row: dict[str, object], items: pl.DataFrame
) -> dict[str, object]:
    size = Decimal(10) ** found.decimals
    reported, closing = found.reported / size, found.closing / size
    sums = {c: Decimal(str(items.filter(pl.col("category") == c)["amount"].sum())) for c in CATEGORY_ORDER}
    return {
        **row, "number": name, "unit": ratio.unit, "reported": reported, "closing": closing,
        **{f"{category}_step": amount for category, amount in sums.items()},
        "residual": reported - closing - sum(sums.values(), Decimal()),
        "of_reported": row["reported"], "of_closing": row["closing"], **_unheaded(row),
    }  # fmt: skip


def _unheaded(row: dict[str, object]) -> dict[str, object]:
    """Nobody types a ratio in; it is provisional where either of its numbers is."""
    told = dict.fromkeys(str(row[name]) for name in ("provisional", "over_provisional") if row[name])
    return {
        "reported_figure": None, "reported_on": None, "unreproduced_step": Decimal(0), "moved_since": Decimal(0),
        "provisional": "; ".join(told),
    }  # fmt: skip


def _steps(items: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for part in ("of", "over"):
        mine = items.filter(pl.col("part") == part).select(list(ITEM_SCHEMA))
        parts.append(steps_of(mine).with_columns(pl.lit(part).alias("part")))
    return pl.concat(parts).select(pl.col(column).cast(dtype) for column, dtype in RATIO_STEP_SCHEMA.items())
