"""A trained model: everything that a pair's score depends on beside the two records."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Model:
    """What was learned about an entity's records, pinned: equal models give equal pairs equal scores.

    `fingerprint` names the model: two models with the same one are the same.
    """

    fingerprint: str
    prior: float  # probability that two records drawn at random are the same thing
    parameters: pl.DataFrame
    frequencies: pl.DataFrame
