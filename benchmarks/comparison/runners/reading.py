"""Reading every column of both files and nothing else: the floor."""

from pathlib import Path

import polars as pl

from benchmarks.comparison.answers import Answer, Counted, said


def read(folder: Path) -> Answer:
    """No answer, only the columns."""
    for name in ("main", "copy_1"):
        pl.read_parquet(folder / "landed" / f"{name}.parquet")
    return Answer({}, Counted(), Counted())


if __name__ == "__main__":
    said(read)
