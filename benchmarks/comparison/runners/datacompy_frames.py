"""datacompy on polars or on pandas, as its guide writes it."""

import sys
from pathlib import Path

import datacompy
import pandas as pd
import polars as pl

from benchmarks.comparison.answers import Answer, answer_of, said
from benchmarks.comparison.planted import COLUMNS, KEY


def compare(main: Path, copy: Path, kind: str) -> Answer:
    """Compare, then take the mismatching cells out of the rows that it holds beside each other."""
    if kind == "polars":
        made = datacompy.PolarsCompare(pl.read_parquet(main), pl.read_parquet(copy), join_columns=[KEY])
        rows, lost, stray = made.intersect_rows, made.df1_unq_rows[KEY], made.df2_unq_rows[KEY]
    else:
        made = datacompy.PandasCompare(pd.read_parquet(main), pd.read_parquet(copy), join_columns=[KEY])
        rows = pl.DataFrame({name: _plain(column) for name, column in made.intersect_rows.items()})
        lost, stray = (pl.Series(list(frame[KEY])) for frame in (made.df1_unq_rows, made.df2_unq_rows))
    cells = [rows.filter(~pl.col(f"{name}_match")).select(KEY, pl.lit(name).alias("field")) for name in COLUMNS]
    return answer_of(pl.concat(cells), COLUMNS, lost, stray)


def _plain(column: "pd.Series") -> list[object]:
    """Only keys and verdicts are looked at afterwards."""
    return list(column) if str(column.name) == KEY or str(column.name).endswith("_match") else [None] * len(column)


if __name__ == "__main__":
    asked = sys.argv[2]
    said(lambda folder: compare(*(folder / "any_order" / f"{name}.parquet" for name in ("main", "copy_1")), asked))
