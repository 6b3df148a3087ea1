"""Pairwise precision and recall of clusters against planted truth, and clusters from pairs."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from revrecon.canonical.clusters import clustered


@dataclass(frozen=True)
class Score:
    """Shares of pairs: of those called the same that are, of those that are the same that were found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def _pairs(labels: pl.DataFrame, *columns: str) -> int:
    return int(labels.group_by(columns).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())


def of_labels(found: np.ndarray, truth: np.ndarray) -> Score:
    """The score of one labelling of records against another."""
    both = pl.DataFrame({"found": found, "truth": truth})
    hit, said, real = _pairs(both, "found", "truth"), _pairs(both, "found"), _pairs(both, "truth")
    return Score(hit / said if said else 1.0, hit / real if real else 1.0)


def pairwise(rows: pl.DataFrame, truth: pl.DataFrame, entity: str) -> Score:
    """The score of a crosswalk against the truth's (system, object, record_id, canonical_id)."""
    both = rows.join(truth.rename({"canonical_id": "real"}), on=["system", "object", "record_id"], how="inner")
    alone = pl.format("alone {} {}", "copy", "record_id")
    return of_labels(
        both["canonical_id"].to_numpy(),
        both.select(pl.coalesce(pl.when(pl.col("real") != "").then("real"), alone)).to_series().to_numpy(),
    )


def joined(groups: np.ndarray, pairs: pl.DataFrame, automatic: float, _copies: np.ndarray) -> np.ndarray:
    """Connected components of the groups and the pairs at or above the automatic threshold."""
    sure = pairs.filter(pl.col("probability") >= automatic)
    _, first = np.unique(groups, return_index=True)
    start = first[np.unique(groups, return_inverse=True)[1]]
    left = np.concatenate([np.arange(len(groups)), sure["left"].to_numpy()])
    right = np.concatenate([start, sure["right"].to_numpy()])
    return clustered(len(groups), left, right)
