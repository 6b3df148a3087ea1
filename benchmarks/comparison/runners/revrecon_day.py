"""RevRecon's own path: from the lake through identities, canonical records, rules, drift and verdicts, each step kept
as a table, as `revrecon run` takes them. `run` ends with the tickets and the report, too; they are listed apart.
Undivided, or `--in-buckets` that are worked on one after another.
"""

import sys
import time
from pathlib import Path

import polars as pl

from benchmarks.comparison.answers import Answer, answer_of, said
from benchmarks.comparison.company import day_of
from benchmarks.comparison.planted import COLUMNS
from revrecon.daily.buckets.engine import Spread
from revrecon.daily.day import Day
from revrecon.daily.steps import reconciliation_steps

_IN_A_BUCKET = 150_000
"""How many rows of a system fall into a bucket, about."""


def reconcile(folder: Path, copies: int, in_buckets: bool, tell: bool) -> list[Answer]:
    """Take every step of the day, and read the answer from its findings."""
    day = day_of(folder, copies)
    if in_buckets:
        rows = day.lake.kept("main", "record")[-1].rows
        day = Day(day.loaded, day.home, day.as_of, spread=Spread(max(2, rows // _IN_A_BUCKET)))
    for step in reconciliation_steps(day):
        begun = time.process_time()
        step.take()
        if tell:
            sys.stderr.write(f"{time.process_time() - begun:7.2f} s  {step.name}\n")
    return [_answer(day.tables.read("drift", f"thing_copy_{number}", day.as_of)) for number in range(1, copies + 1)]


def _answer(findings: pl.DataFrame) -> Answer:
    cells = findings.filter(pl.col("rule").str.ends_with("_agrees")).select(pl.col("record_id").alias("id"), "field")
    lost, stray = (
        findings.filter(pl.col("cause") == cause)["record_id"] for cause in ("quality.missing_record", "quality.orphan")
    )
    return answer_of(cells, COLUMNS, lost, stray)


if __name__ == "__main__":
    said(lambda folder: reconcile(folder, int(sys.argv[2]), "--in-buckets" in sys.argv, "--tell" in sys.argv))
