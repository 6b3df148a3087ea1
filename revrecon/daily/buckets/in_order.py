"""Sorted files as one sorted frame that passes through in ranges: no more than a range of it is held in memory.

Merged two by two, as polars merges, the files would be held whole, and each row would be moved once per file.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

_AT_ONCE = 131_072
"""About how many rows a range has."""
_MARKED = 128
"""One in so many rows is looked at to divide the files into ranges."""


def in_order(paths: Sequence[Path], by: str) -> pl.LazyFrame:
    """The rows of Parquet files of the same columns, each of them sorted by a column without nulls, sorted by it.

    The smaller the files' groups of rows are, the less is read of them twice. To be collected or sunk while they stand.
    """
    scans = [pl.scan_parquet(path) for path in paths]

    def ranges(
        columns: list[str] | None, predicate: pl.Expr | None, at_most: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        passed = 0
        for slices in zip(*map(pairwise, _cuts(paths, by)), strict=True):
            pieces = [scan.slice(first, end - first) for scan, (first, end) in zip(scans, slices, strict=True)]
            rows = pl.concat(pieces).sort(by, maintain_order=True)
            rows = rows if at_most is None else rows.head(at_most - passed)
            rows = rows if predicate is None else rows.filter(predicate)
            yield (rows if columns is None else rows.select(columns)).collect()
            passed += sum(end - first for first, end in slices)
            if at_most is not None and passed >= at_most:
                return

    return register_io_source(ranges, schema=scans[0].collect_schema())


def _cuts(paths: Sequence[Path], by: str) -> list[list[int]]:
    """Per file the rows at which the ranges begin, and how many rows it has."""
    marks = pl.concat([pl.read_parquet(path, columns=[by])[by].gather_every(_MARKED) for path in paths]).sort()
    begins = marks.gather_every(_AT_ONCE // _MARKED)[1:]
    return [_cuts_of(pl.read_parquet(path, columns=[by])[by], begins) for path in paths]


def _cuts_of(keys: pl.Series, begins: pl.Series) -> list[int]:
    return [0, *keys.search_sorted(begins, side="left").to_list(), len(keys)]
