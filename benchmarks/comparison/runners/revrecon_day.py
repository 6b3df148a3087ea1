"""RevRecon's own path: from the lake through identities, canonical records, rules, drift and verdicts, each step kept
as a table, as `revrecon run` takes them. `run` ends with the tickets and the report, too; they are listed apart.
"""

import sys
import time
from pathlib import Path

import polars as pl

from benchmarks.comparison.answers import Answer, answer_of, said
from benchmarks.comparison.company import day_of
from benchmarks.comparison.planted import COLUMNS
from revrecon.daily.steps import reconciliation_steps


def reconcile(folder: Path, copies: int, tell: bool) -> list[Answer]:
    """Take every step of the day, and read the answer from its findings."""
    day = day_of(folder, copies)
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
    said(lambda folder: reconcile(folder, int(sys.argv[2]), "--tell" in sys.argv))
