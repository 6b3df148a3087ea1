"""Evidence: what a pair's weight is made of, field by field, in words."""

from collections.abc import Sequence

import numpy as np
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
    values = values.sort("_node")
    sides = {side: values["_node"].search_sorted(pairs[side]) for side in ("left", "right")}
    pieces = [_piece(place, c, plain, pairs, values[c.field], sides) for place, c in enumerate(compared)]
    told = pairs.select("left", "right", "weight").with_columns(
        (1 / (1 + 2.0 ** -pl.col("weight").clip(-900, 900))).round(9).alias("probability"),
        _listed(pieces, pairs.height).alias("evidence"),
    )
    return told.select(pl.col(name).cast(dtype) for name, dtype in PAIR_SCHEMA.items()).sort("left", "right")


def _listed(pieces: Sequence[pl.Series], size: int) -> pl.Series:
    """Per pair the list of its pieces: laid one after the other and cut evenly, far faster than building lists."""
    if not pieces or not size:
        return pl.Series([[]] * size, dtype=pl.List(EVIDENCE))
    whole = pl.concat([piece.rename("piece") for piece in pieces])
    in_turn = np.arange(len(whole)).reshape(len(pieces), size).T.ravel()
    return whole.gather(in_turn).reshape((size, len(pieces))).cast(pl.List(EVIDENCE))


def _piece(
    place: int, c: Comparison, plain: pl.DataFrame, pairs: pl.DataFrame, values: pl.Series, sides: dict[str, pl.Series]
) -> pl.Series:
    """One comparison's evidence for every pair."""
    said = pairs.select(level=pl.col("levels").list.get(place), weight=pl.col("weights").list.get(place))
    told = said.select(_label(c, plain).alias("level"), "weight")
    shown = {side: values.gather(at).alias(side) for side, at in sides.items()}
    frame = told.with_columns(pl.lit(c.field).alias("field"), shown["left"], shown["right"])
    return frame.select(pl.struct("field", "left", "right", "level", "weight").alias(c.field)).to_series()


def _label(c: Comparison, plain: pl.DataFrame) -> pl.Expr:
    """The level in words, and whether the value is much rarer or commoner than usual."""
    level, weight = pl.col("level"), pl.col("weight")
    labels = {len(c.levels) - 1 - at: named.label for at, named in enumerate(c.levels)} | {-1: NO_EVIDENCE}
    label = level.replace_strict(labels, default=NO_EVIDENCE, return_dtype=pl.String)
    mine = plain.filter(pl.col("field") == c.field)
    usual = level.replace_strict(dict(mine.select("level", "weight").iter_rows()), default=0.0, return_dtype=pl.Float64)
    rarity = (
        pl.when(weight - usual >= _RARE).then(pl.lit(", a rare value"))
        .when(weight - usual <= _COMMON).then(pl.lit(", a common value"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return label + rarity
