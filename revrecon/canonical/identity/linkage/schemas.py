"""What goes out of linkage: scored pairs with their evidence, and what is carried over to the next day."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Groups = NDArray[np.int64]
"""Per node (row of the nodes frame) the label of the group that stronger passes put it into."""

EVIDENCE = pl.Struct(
    {
        "field": pl.String(),
        "left": pl.String(),  # the values as compared, null where the record has none
        "right": pl.String(),
        "level": pl.String(),  # in words: `equal`, `one typing error`, `no evidence`
        "weight": pl.Float64(),  # log2 of the Bayes factor; above 0 speaks for the same thing
    }
)

PAIR_SCHEMA: dict[str, pl.DataType] = {
    "left": pl.Int64(),  # _node, the lower one of the two
    "right": pl.Int64(),
    "weight": pl.Float64(),  # log2 of the posterior odds: the prior's weight and those of all evidence added up
    "probability": pl.Float64(),  # of being the same thing
    "evidence": pl.List(EVIDENCE),
}
"""One row per scored pair of records that no stronger pass has joined, sorted by left and right."""

CARRIED_RECORDS_SCHEMA: dict[str, pl.DataType] = {
    "copy": pl.String(),
    "_id": pl.String(),
    "content": pl.UInt64(),  # hash of everything that a score depends on
}

CARRIED_PAIRS_SCHEMA: dict[str, pl.DataType] = {
    "left_copy": pl.String(),
    "left_id": pl.String(),
    "right_copy": pl.String(),
    "right_id": pl.String(),
    "weight": pl.Float64(),
    "levels": pl.List(pl.Int8()),  # per comparison of the model; -1: no evidence
    "weights": pl.List(pl.Float64()),
}


@dataclass(frozen=True)
class Carried:
    """What a day's scores leave for the next one: only pairs with a new or changed record are scored again.

    It belongs to one model and one floor (`model` names both). Which day it comes from changes no score, only how much
    is left to do.
    """

    model: str
    records: pl.DataFrame
    pairs: pl.DataFrame


@dataclass(frozen=True)
class Scores:
    """The scored pairs of a day (PAIR_SCHEMA), what to carry over, and how many pairs were scored anew."""

    pairs: pl.DataFrame
    carried: Carried
    scored_anew: int
