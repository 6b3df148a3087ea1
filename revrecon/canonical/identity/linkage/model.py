"""A trained model: everything that a pair's score depends on beside the two records."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import polars as pl

PARAMETERS_SCHEMA: dict[str, pl.DataType] = {
    "field": pl.String(),
    "level": pl.Int8(),  # as Splink counts: 0 is `different`, the highest is `equal`
    "label": pl.String(),
    "m": pl.Float64(),  # share of true pairs that reach the level, of those where both records have a value
    "u": pl.Float64(),  # the same of chance pairs
    "say": pl.Float64(),  # the comparison's share of say: 1 alone, less where other fields say the same
}
"""What was learned: one row per comparison and level."""

PINNED_SCHEMA: dict[str, pl.DataType] = {
    "use": pl.String(),  # frequency, word, shared, crowded, barren
    "field": pl.String(),  # for `crowded` and `barren` the blocking rule
    "value": pl.String(),
    "number": pl.Float64(),  # a frequency, a word's weight, a block's size, the pairs that a rule would have added
}
"""Facts about values that scores depend on: how common a value is, how telling a word, which domains several companies
of one system share, which blocks are too crowded to look for pairs in, and which rules hold hardly a true pair."""

REPORT_SCHEMA: dict[str, pl.DataType] = {"what": pl.String(), "value": pl.Float64()}
"""What training saw: records, pairs compared, rounds, expected matches, and how many known pairs blocking finds."""


@dataclass(frozen=True)
class Model:
    """What was learned about an entity's records, pinned: equal models give equal pairs equal scores."""

    prior: float  # probability that two records drawn at random are the same thing
    parameters: pl.DataFrame
    pinned: pl.DataFrame
    report: pl.DataFrame

    @cached_property
    def fingerprint(self) -> str:
        """The model's name, made of its content: two models with the same one score alike."""
        told = hashlib.sha256(repr(self.prior).encode())
        for frame in (self.parameters, self.pinned):
            told.update(frame.write_csv().encode())
        return told.hexdigest()[:16]

    def pinned_for(self, use: str) -> pl.DataFrame:
        """The pinned facts of one use: field, value, number."""
        return self.pinned.filter(pl.col("use") == use).drop("use")
