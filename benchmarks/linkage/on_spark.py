"""The same pairs of records compared by Splink in DuckDB and on Spark, side by side.

    python -m benchmarks.linkage.on_spark [--records 100000] [--pairs 2000000] [--workers 2]

Prints pairs per second of both, Spark's with and without opening its session, and whether every pair, level and weight
is the same. Needs `revrecon[spark]` and Java. The accounts are those of `many_accounts`, the pairs are drawn: so many
candidates are found in a company of some millions of records.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from benchmarks.linkage.many_accounts import account, nodes_of, records_of
from benchmarks.process import say
from revrecon.canonical.identity.linkage.defaults import Comparison, comparisons
from revrecon.canonical.identity.linkage.door import trained
from revrecon.canonical.identity.linkage.engine import Scorer, compared_pairs
from revrecon.canonical.identity.linkage.features import prepared, present, with_pinned
from revrecon.canonical.identity.linkage.model import Model
from revrecon.canonical.identity.linkage.on_spark import OnSpark
from revrecon.canonical.identity.linkage.scoring import weighed
from revrecon.daily.buckets.likeness import LIKENESS
from revrecon.daily.buckets.spark_session import spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_FLOOR = -7.0


def drawn_pairs(records: int, count: int) -> pl.DataFrame:
    """Half of them neighbours, which are often copies of one account, half of them any two."""
    chance = np.random.default_rng(3)
    left = chance.integers(0, records, count)
    right = (left + np.where(np.arange(count) % 2, 1, chance.integers(1, records, count))) % records
    pairs = pl.DataFrame({"left": np.minimum(left, right), "right": np.maximum(left, right)})
    return pairs.unique(maintain_order=True)


def in_spark(workers: int) -> Scorer:
    """All pairs on so many local processes of Spark; says how long the session itself took."""

    @contextmanager
    def session() -> "Iterator[SparkSession]":
        begun = time.perf_counter()
        with spark_session(None, workers, 15, LIKENESS) as opened:
            say(f"  a session after {time.perf_counter() - begun:.1f} s")
            yield opened

    return OnSpark(session, 0)


def _scored(
    name: str, scorer: Scorer, asked: tuple[tuple[Comparison, ...], Model, pl.DataFrame, pl.DataFrame]
) -> pl.DataFrame:
    begun = time.perf_counter()
    found = weighed(asked[0], scorer(*asked, _FLOOR)).sort("left", "right")
    taken = time.perf_counter() - begun
    say(f"{name:8} {taken:6.1f} s  {asked[3].height / taken:10,.0f} pairs/s  {found.height:,} kept")
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=100_000)
    arguments.add_argument("--pairs", type=int, default=2_000_000)
    arguments.add_argument("--workers", type=int, default=2)
    given = arguments.parse_args()
    nodes, entity = nodes_of(records_of(given.records)), account()
    model = trained(entity, nodes, np.arange(nodes.height))
    compared = present(comparisons(entity), nodes)
    records = with_pinned(compared, prepared(compared, nodes), model.pinned)
    pairs = drawn_pairs(nodes.height, given.pairs)
    say(f"{records.height:,} accounts, {pairs.height:,} pairs, {len(compared)} comparisons")
    here = _scored("DuckDB", compared_pairs, (compared, model, records, pairs))
    there = _scored("Spark", in_spark(given.workers), (compared, model, records, pairs))
    say(f"the same: {here.equals(there)}")


if __name__ == "__main__":
    main()
