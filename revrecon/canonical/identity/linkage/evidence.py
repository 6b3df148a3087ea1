"""Evidence: what a pair's weight is made of, field by field, in words."""

from collections.abc import Sequence

import polars as pl

from revrecon.canonical.identity.linkage.defaults import Comparison
from revrecon.canonical.identity.linkage.schemas import EVIDENCE, PAIR_SCHEMA

NO_EVIDENCE = "no evidence"
_RARE, _COMMON = 2.0, -2.0


def with_evidence(
    compared: Sequence[Comparison], pairs: pl.DataFrame, values: pl.DataFrame, plain: pl.DataFrame
) -> pl.DataFrame:
    """Scored pairs as they go out (PAIR_SCHEMA): one piece of evidence per compared field, in the fields' order.

    `values` holds per `_node` the compared fields as text; `plain` (field, level, weight) the weight of each level
    before a value's own frequency.
    """
    fields = [c.field for c in compared]
    sides = [values.select(pl.col("_node").alias(side), *(pl.col(f).alias(f"{f}__{side}") for f in fields)) for side in ("left", "right")]
    both = pairs.join(sides[0], on="left", how="left").join(sides[1], on="right", how="left")
    pieces = [_piece(place, c, plain) for place, c in enumerate(compared)]
    power = (2.0 ** pl.col("weight").clip(-900, 900)).alias("odds")
    told = both.with_columns(power).select(
        "left",
        "right",
        "weight",
        (pl.col("odds") / (1 + pl.col("odds"))).round(9).alias("probability"),
        pl.concat_list(pieces).alias("evidence") if pieces else pl.lit([], dtype=pl.List(EVIDENCE)).alias("evidence"),
    )
    return told.select(pl.col(name).cast(dtype) for name, dtype in PAIR_SCHEMA.items()).sort("left", "right")


def _piece(place: int, c: Comparison, plain: pl.DataFrame) -> pl.Expr:
    level = pl.col("levels").list.get(place)
    weight = pl.col("weights").list.get(place)
    labels = {len(c.levels) - 1 - at: named.label for at, named in enumerate(c.levels)} | {-1: NO_EVIDENCE}
    label = level.replace_strict(labels, default=NO_EVIDENCE, return_dtype=pl.String)
    mine = plain.filter(pl.col("field") == c.field)
    usual = level.replace_strict(
        dict(mine.select("level", "weight").iter_rows()), default=0.0, return_dtype=pl.Float64
    )
    rarity = (
        pl.when(weight - usual >= _RARE).then(pl.lit(", a rare value"))
        .when(weight - usual <= _COMMON).then(pl.lit(", a common value"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return pl.struct(
        pl.lit(c.field).alias("field"),
        pl.col(f"{c.field}__left").alias("left"),
        pl.col(f"{c.field}__right").alias("right"),
        (label + rarity).alias("level"),
        weight.alias("weight"),
    )
