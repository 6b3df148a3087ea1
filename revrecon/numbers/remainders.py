"""Rounding by largest remainder: parts in whole units that add up to a given whole."""

from collections.abc import Sequence

import polars as pl


def by_largest_remainder(parts: pl.Expr, below: int, whole: pl.Expr, within: Sequence[str] = ()) -> pl.Expr:
    """Each part over `below`, as a whole number, so that they add up to `whole` (in every group of `within`).

    What the parts' floors leave over goes to the largest remainders, of equal ones to the earlier. Exact on integers;
    `whole` is less than one away from the parts' own sum.
    """
    divisor = pl.lit(below, dtype=pl.Int128)
    floors = parts.floordiv(divisor)
    left = parts - floors * divisor
    total, rank = floors.sum(), left.rank("ordinal", descending=True)
    if within:
        total, rank = total.over(*within), rank.over(*within)
    return floors + (rank.cast(pl.Int128) <= whole.cast(pl.Int128) - total).cast(pl.Int128)
