"""Polars as one writes it at first: a full join of both tables, lazily, and a filter per column."""

from pathlib import Path

import polars as pl

from benchmarks.comparison.answers import Answer, answer_of, said
from benchmarks.comparison.planted import COLUMNS, KEY


def compare(main: Path, copy: Path) -> Answer:
    """Straightforward: join everything, then look."""
    left = pl.scan_parquet(main).with_columns(pl.lit(True).alias("_here"))
    right = pl.scan_parquet(copy).with_columns(pl.lit(True).alias("_there"))
    both = left.join(right, on=KEY, how="full", coalesce=True, suffix="_copy").collect()
    shared = both.lazy().filter("_here", "_there")
    cells = [
        shared.filter(pl.col(name).ne_missing(pl.col(f"{name}_copy"))).select(
            KEY, pl.lit(name).alias("field"), pl.col(name).cast(pl.String).alias("expected"),
            pl.col(f"{name}_copy").cast(pl.String).alias("observed"),
        )
        for name in COLUMNS
    ]  # fmt: skip
    found = pl.concat(pl.collect_all(cells))
    lost, stray = both.filter(pl.col("_there").is_null())[KEY], both.filter(pl.col("_here").is_null())[KEY]
    return answer_of(found, COLUMNS, lost, stray)


if __name__ == "__main__":
    said(lambda folder: compare(folder / "any_order" / "main.parquet", folder / "any_order" / "copy_1.parquet"))
