"""Hand-written polars on files that are sorted by key: the shared rows are laid side by side, column after column."""

import sys
from pathlib import Path

import polars as pl

from benchmarks.comparison.answers import Answer, answer_of, said
from benchmarks.comparison.planted import COLUMNS, KEY


def compare(main: Path, copy: Path) -> Answer:
    """No join of values: both sides keep their order, so that filtered columns stand row against row."""
    left, right = (pl.read_parquet(path, columns=[KEY])[KEY] for path in (main, copy))
    in_right, in_left = left.is_in(right.implode()), right.is_in(left.implode())
    shared = left.filter(in_right)
    cells = []
    for name in COLUMNS:
        mine = pl.read_parquet(main, columns=[name])[name].filter(in_right)
        theirs = pl.read_parquet(copy, columns=[name])[name].filter(in_left)
        apart = mine.ne_missing(theirs)
        found = {"expected": mine.filter(apart).cast(pl.String), "observed": theirs.filter(apart).cast(pl.String)}
        cells.append(pl.DataFrame({KEY: shared.filter(apart), "field": [name] * found["expected"].len(), **found}))
    return answer_of(pl.concat(cells), COLUMNS, left.filter(~in_right), right.filter(~in_left))


if __name__ == "__main__":
    copies = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    said(
        lambda at: [
            compare(at / "landed" / "main.parquet", at / "landed" / f"copy_{n}.parquet") for n in range(1, copies + 1)
        ]
    )
