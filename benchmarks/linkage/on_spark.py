"""The candidates of a day compared by Splink in DuckDB and on Spark, side by side.

    python -m benchmarks.linkage.on_spark [--records 200000] [--workers 2]

Prints pairs per second of both, Spark's with the session that it opens and closes, and whether every pair, level and
weight is the same. Needs `revrecon[spark]` and Java. The accounts are those of `many_accounts`.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from benchmarks.linkage.many_accounts import account, nodes_of, records_of
from benchmarks.process import say
from revrecon.canonical.identity.linkage.blocking import candidates, rules, worth_looking
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

Work = tuple[tuple[Comparison, ...], Model, pl.DataFrame, pl.DataFrame]
"""What a scorer is asked: comparisons, model, records, pairs."""


def candidates_of(count: int) -> Work:
    """A model learned from so many accounts, and all candidates among them."""
    nodes, entity = nodes_of(records_of(count)), account()
    model = trained(entity, nodes, np.arange(nodes.height))
    compared = present(comparisons(entity), nodes)
    records = with_pinned(compared, prepared(compared, nodes), model.pinned)
    places = worth_looking(rules(compared, ()), model.pinned)
    return compared, model, records, candidates(places, records, model.pinned)


@contextmanager
def _local(workers: int) -> "Iterator[SparkSession]":
    begun = time.perf_counter()
    with spark_session(None, workers, 15, LIKENESS) as session:
        say(f"  a session after {time.perf_counter() - begun:.1f} s")
        yield session


def _scored(name: str, scorer: Scorer, work: Work) -> pl.DataFrame:
    begun = time.perf_counter()
    found = weighed(work[0], scorer(*work, _FLOOR)).sort("left", "right")
    taken = time.perf_counter() - begun
    say(f"{name:6} {taken:6.1f} s  {work[3].height / taken:9,.0f} pairs/s  {found.height:,} kept")
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=200_000)
    arguments.add_argument("--workers", type=int, default=2)
    given = arguments.parse_args()
    work = candidates_of(given.records)
    say(f"{work[2].height:,} accounts, {work[3].height:,} candidates, {len(work[0])} comparisons")
    here = _scored("DuckDB", compared_pairs, work)
    there = _scored("Spark", OnSpark(partial(_local, given.workers), 0), work)
    say(f"the same: {here.equals(there)}")


if __name__ == "__main__":
    main()
