"""Sizes: how far the ratio of two values is from what is usual, and whether a mistaken unit would explain it.

All distances are in powers of ten. What is usual is learned from all records at once and robustly: the median of the
logarithms of their ratios; on each side the larger of the MAD and the 90 % quantile, both as a standard deviation
(1.4826 MAD; quantile / 1.2816); and beyond that quantile how slowly records thin out (the median excess). So neither
do a few records in the wrong unit hide each other, nor is the last of a long, unbroken tail a suspect.
"""

import math
from collections.abc import Sequence

import polars as pl

COMPARISON_SCHEMA: dict[str, pl.DataType] = {
    "_id": pl.String(),
    "against": pl.String(),  # what the value was compared with, as a person would say it
    "value": pl.Float64(),
    "usual": pl.Float64(),  # the value that the usual ratio would give
    "off": pl.Float64(),  # log10 of value / usual
    "spread": pl.Float64(),  # of the usual distances on this side, as a standard deviation
    "by_chance": pl.Float64(),  # how many records the tail lets expect so far out
    "of": pl.Int64(),  # how many records the usual ratio was learned from
}
"""One row per record and comparison."""

SUSPECT_SCHEMA: dict[str, pl.DataType] = {
    "_id": pl.String(),
    "factor": pl.Float64(),  # such as 1000: so many times too large; 0.001: too small
    "strength": pl.Float64(),  # the weakest comparison's distance in standard deviations
    "why": pl.String(),
}
"""One row per record whose size a unit mistake would explain."""

FEWEST = 20
"""From fewer pairs of values nothing usual is learned."""
FAR = 3.0
"""A suspect is at least so many standard deviations from what is usual, in every comparison."""
NEAR = 3.0
"""Set right, it is within so many of them."""
BY_CHANCE = 1.0
"""Where the tail lets expect more records than this so far out, being there is no suspicion."""
_SMALLEST_SPREAD = 0.02  # 5 %: where all ratios are equal, rounding is no mistake


def no_comparisons() -> pl.DataFrame:
    """An empty frame of comparisons."""
    return pl.DataFrame(schema=COMPARISON_SCHEMA)


def compared_sizes(pairs: pl.DataFrame, against: str) -> pl.DataFrame:
    """How far each pair's ratio is from the usual one (COMPARISON_SCHEMA), by `_id`, `value` and `other` (floats).

    Signs are no matter of size; empty and zero values have no ratio. Fewer than FEWEST pairs teach nothing.
    """
    known = pairs.select("_id", pl.col("value").abs(), pl.col("other").abs())
    known = known.filter(pl.col("value") > 0, pl.col("other") > 0)
    if known.height < FEWEST:
        return no_comparisons()
    ratio = pl.col("value").log(10) - pl.col("other").log(10)
    known = known.with_columns((ratio - ratio.median()).alias("off"), (10 ** ratio.median()).alias("_ratio"))
    middle = 1.4826 * _number(known["off"].abs().median())
    sides = [_one_side(known.filter((pl.col("off") * sign) >= 0), sign, middle) for sign in (1, -1)]
    return pl.concat(sides).unique("_id", keep="first", maintain_order=True).select(
        "_id", pl.lit(against).alias("against"), "value", (pl.col("other") * pl.col("_ratio")).alias("usual"), "off",
        "spread", "by_chance", pl.lit(known.height).cast(pl.Int64).alias("of"),
    )  # fmt: skip


def _one_side(side: pl.DataFrame, sign: int, middle: float) -> pl.DataFrame:
    """The records above (or below) what is usual, with the spread and the tail of that side.

    A side holds half of the records, so its own 80 % quantile is the 90 % quantile of all. Beyond it records thin out
    like exp(-excess / mean), and the mean is taken from the median excess, which a few mistakes do not move.
    """
    distance = side["off"] * sign
    border = _number(distance.quantile(0.8))
    beyond = distance.filter(distance >= border) - border
    thins_by = max(_number(beyond.median()) / math.log(2), _SMALLEST_SPREAD)
    chance = len(beyond) * (-(distance - border).clip(0) / thins_by).exp()
    spread = max(middle, border / 1.2816, _SMALLEST_SPREAD)
    return side.with_columns(pl.lit(spread).alias("spread"), chance.alias("by_chance"))


def _number(found: object) -> float:
    return float(found) if isinstance(found, int | float) else 0.0


def suspects(comparisons: pl.DataFrame, factors: Sequence[float], at_least: int = 1) -> pl.DataFrame:
    """Records that every comparison finds far off, and that one factor would bring back to the usual (SUSPECT_SCHEMA).

    All comparisons of a record must agree, and be `at_least` so many: where only one of several says so, it is the
    other value that is odd. A value of one significant digit is too rough to be called too small.
    """
    if comparisons.is_empty():
        return pl.DataFrame(schema=SUSPECT_SCHEMA)
    told = pl.format(
        "{} where {} would be usual beside {} ({} standard deviations, {} records)",
        _plain("value"), _plain("usual"), "against", (pl.col("off").abs() / pl.col("spread")).round(1), "of",
    )  # fmt: skip
    records = comparisons.with_columns(told.alias("told")).group_by("_id").agg(
        pl.len().alias("seen"),
        (pl.col("off").sign().n_unique() == 1).alias("one_way"),
        (pl.col("off").abs() / pl.col("spread")).min().alias("strength"), pl.col("by_chance").median(),
        pl.col("off").median(), pl.col("spread").median(), pl.col("value").first(),
        pl.col("told").sort_by((pl.col("off").abs() / pl.col("spread")), "against").first(),
    )  # fmt: skip
    found = records.with_columns(_nearest(factors).alias("by"))
    too_rough = (pl.col("off") < 0) & _is_rough(pl.col("value"))
    found = found.filter(
        pl.col("one_way"), pl.col("seen") >= at_least, ~too_rough,
        pl.col("strength") >= FAR, pl.col("by_chance") <= BY_CHANCE,
        (pl.col("off").abs() - pl.col("by").log(10)).abs() <= NEAR * pl.col("spread"),
    )  # fmt: skip
    factor = pl.when(pl.col("off") > 0).then("by").otherwise(1 / pl.col("by"))
    return found.select("_id", factor.alias("factor"), "strength", pl.col("told").alias("why")).sort("_id")


def _nearest(factors: Sequence[float]) -> pl.Expr:
    """The factor whose logarithm is nearest to how far a record is off, of those that stand out of the spread."""
    gaps = [
        pl.when(math.log10(factor) >= FAR * pl.col("spread")).then((pl.col("off").abs() - math.log10(factor)).abs())
        for factor in factors
    ]
    best = pl.min_horizontal(gaps)
    return pl.coalesce(*(pl.when(gap == best).then(pl.lit(float(f))) for gap, f in zip(gaps, factors, strict=True)))


def _is_rough(value: pl.Expr) -> pl.Expr:
    """Whether a positive value has a single significant digit, such as 3, 0.3 or 20."""
    digits = value / 10.0 ** value.log(10).floor()
    return (digits - digits.round()).abs() < 1e-9


def _plain(column: str) -> pl.Expr:
    """A number as people read it in a sentence: three significant digits."""
    return pl.col(column).round_sig_figs(3).cast(pl.String).str.strip_suffix(".0")
