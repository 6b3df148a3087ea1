"""Hand-written polars on files in any order: keys are joined once, values gathered column after column."""

from pathlib import Path

import polars as pl

from benchmarks.comparison.answers import Answer, answer_of, said
from benchmarks.comparison.planted import COLUMNS, KEY


def compare(main: Path, copy: Path) -> Answer:
    """Only keys and row numbers are joined."""
    left = pl.read_parquet(main, columns=[KEY]).with_row_index("_left")
    right = pl.read_parquet(copy, columns=[KEY]).with_row_index("_right")
    both = left.join(right, on=KEY, how="inner")
    keys, at_left, at_right = both[KEY], both["_left"], both["_right"]
    lost = left[KEY].filter(~left[KEY].is_in(keys.implode()))
    stray = right[KEY].filter(~right[KEY].is_in(keys.implode()))
    cells = []
    for name in COLUMNS:
        mine = pl.read_parquet(main, columns=[name])[name].gather(at_left)
        theirs = pl.read_parquet(copy, columns=[name])[name].gather(at_right)
        apart = mine.ne_missing(theirs)
        found = {"expected": mine.filter(apart).cast(pl.String), "observed": theirs.filter(apart).cast(pl.String)}
        cells.append(pl.DataFrame({KEY: keys.filter(apart), "field": [name] * found["expected"].len(), **found}))
    return answer_of(pl.concat(cells), COLUMNS, lost, stray)


if __name__ == "__main__":
    said(lambda folder: compare(folder / "any_order" / "main.parquet", folder / "any_order" / "copy_1.parquet"))
