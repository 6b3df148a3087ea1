"""DuckDB SQL on the files: a join of row hashes first and values only where they differ (`hash`), or all (`join`)."""

import sys
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.comparison.answers import Answer, answer_of, said
from benchmarks.comparison.planted import COLUMNS, KEY


def _cells(pairs: str) -> str:
    return " UNION ALL ".join(
        f"SELECT l.{KEY}, '{name}' AS field, l.{name}::VARCHAR AS expected, r.{name}::VARCHAR AS observed FROM {pairs} "
        f"WHERE l.{name} IS DISTINCT FROM r.{name}"
        for name in COLUMNS
    )


def _lonely(one: str, other: str) -> str:
    return f"SELECT l.{KEY} FROM read_parquet('{one}') l ANTI JOIN read_parquet('{other}') r ON l.{KEY} = r.{KEY}"


def compare(main: Path, copy: Path, hashed: bool) -> Answer:
    """Both in one DuckDB process with all its threads."""
    base = duckdb.connect(":memory:")
    tables = f"read_parquet('{main}') l JOIN read_parquet('{copy}') r USING ({KEY})"
    apart = " AND ".join(f"l.{name} IS NOT DISTINCT FROM r.{name}" for name in COLUMNS)
    mine, theirs = (", ".join(f"{side}.{name}" for name in COLUMNS) for side in "lr")
    where = f"hash({mine}) <> hash({theirs})" if hashed else f"NOT ({apart})"
    base.execute(f"CREATE TEMP TABLE pairs AS SELECT struct_pack({KEY} := {KEY}, {_packed('l')}) AS l, "
                 f"struct_pack({_packed('r')}) AS r FROM {tables} WHERE {where}")  # fmt: skip
    cells = base.sql(_cells("pairs")).pl()
    lost, stray = base.sql(_lonely(str(main), str(copy))).pl(), base.sql(_lonely(str(copy), str(main))).pl()
    return answer_of(cells, COLUMNS, pl.Series(lost[KEY]), pl.Series(stray[KEY]))


def _packed(side: str) -> str:
    return ", ".join(f"{name} := {side}.{name}" for name in COLUMNS)


if __name__ == "__main__":
    is_hashed = sys.argv[2] == "hash"
    said(lambda folder: compare(*(folder / "any_order" / f"{n}.parquet" for n in ("main", "copy_1")), is_hashed))
