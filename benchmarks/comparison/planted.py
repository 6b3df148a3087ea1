"""Copies of a table of twenty columns with planted differences, as Parquet, and the truth about them.

`python -m benchmarks.comparison.planted FOLDER ROWS [COPIES]` writes `landed/main.parquet` and `landed/copy_1.parquet`
(typed, sorted by key), `any_order/` with the same rows shuffled, and `truth.json`. Of every copy 1 % of all cells are
changed, 0.5 % of the main rows are missing, and 0.5 % stand there that the main table does not have. The same seed
gives the same files.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.comparison.answers import Answer, Counted, write_truth

KEY = "id"
CHANGED = 0.01  # of cells
MISSING = 0.005  # of rows, on each side
EMPTIED = 0.1  # of changed cells
_CHUNK = 500_000
_SEED = 20_260_331
Random = np.random.Generator

_MONEY = pl.Decimal(18, 2)
COLUMNS: dict[str, pl.DataType] = {
    "name": pl.String(), "street": pl.String(), "city": pl.String(), "country": pl.String(), "segment": pl.String(),
    "owner": pl.String(), "phone": pl.String(), "remark": pl.String(),
    "revenue": _MONEY, "contract_value": _MONEY, "credit": _MONEY, "balance": _MONEY,
    "discount": pl.Decimal(18, 4),
    "employees": pl.Int64(), "seats": pl.Int64(), "score": pl.Int64(),
    "signed_on": pl.Date(), "renews_on": pl.Date(),
    "active": pl.Boolean(), "strategic": pl.Boolean(),
}  # fmt: skip
"""The compared columns of every table, beside KEY (`R` and ten digits)."""

_ABOUT: dict[str, tuple[str, int]] = {  # the pattern of a text, and how many different ones there are
    "name": ("Company {} of the World", 10**7), "street": ("{} Long Street", 10**5), "city": ("City {}", 5_000),
    "country": ("Country {}", 40), "segment": ("segment {}", 6), "owner": ("owner.{}@example.com", 300),
    "phone": ("+1 555 {}", 10**7), "remark": ("Remark {}: as agreed in the last meeting", 10**7),
}  # fmt: skip


def _text(name: str, rows: int, random: Random) -> pl.Series:
    pattern, kinds = _ABOUT[name]
    return pl.select(pl.format(pattern, pl.lit(pl.Series(random.integers(0, kinds, rows))))).to_series()


def _values(name: str, rows: int, random: Random) -> pl.Series:
    dtype = COLUMNS[name]
    if dtype == pl.String:
        return _text(name, rows, random)
    if dtype == pl.Boolean:
        return pl.Series(random.random(rows) < 0.5)
    if dtype == pl.Date:
        return pl.Series(random.integers(18_000, 20_500, rows).astype(np.int32)).cast(pl.Date)
    whole = pl.Series(random.integers(0, 10_000_000, rows))
    return whole if dtype == pl.Int64 else (whole.cast(pl.Decimal(18, 4)) / pl.Series([100])).cast(dtype)


def _other(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Another value of the same type."""
    if dtype == pl.String:
        return value + "~"
    if dtype == pl.Boolean:
        return ~value
    if dtype == pl.Date:
        return value.dt.offset_by("1d")
    return (value + 1).cast(dtype)


def _keyed(numbers: np.ndarray[tuple[int], np.dtype[np.int64]], random: Random) -> pl.DataFrame:
    key = pl.select(pl.format("R{}", pl.lit(pl.Series(numbers)).cast(pl.String).str.zfill(10)).alias(KEY)).to_series()
    return pl.DataFrame([key, *(_values(name, len(numbers), random).alias(name) for name in COLUMNS)])


def records(rows: int, random: Random) -> pl.DataFrame:
    """So many main records in a frame."""
    return _keyed(np.arange(rows, dtype=np.int64) * 2, random)


def _copied(
    main: pl.DataFrame, numbers: np.ndarray[tuple[int], np.dtype[np.int64]], told: Answer, random: Random
) -> pl.DataFrame:
    """A chunk as the copy has it; what was done to it is counted in `told`."""
    rows = main.height
    lost, stray = random.random(rows) < MISSING, random.random(rows) < MISSING
    told.missing.add(numbers[lost])
    told.extra.add(numbers[stray] + 1)
    changes = {}
    for name, dtype in COLUMNS.items():
        hit = (random.random(rows) < CHANGED) & ~lost
        emptied = hit & (random.random(rows) < EMPTIED)
        told.cells[name].add(numbers[hit])
        value = pl.when(pl.lit(pl.Series(emptied))).then(None).when(pl.lit(pl.Series(hit)))
        changes[name] = value.then(_other(pl.col(name), dtype)).otherwise(pl.col(name)).alias(name)
    kept = main.with_columns(*changes.values()).filter(pl.Series(~lost))
    return pl.concat([kept, _keyed(numbers[stray] + 1, random)]).sort(KEY)


def _chunks(rows: int) -> Iterator[tuple[int, np.ndarray[tuple[int], np.dtype[np.int64]]]]:
    """Numbers of main records, all even: the odd ones are free for rows that only a copy has."""
    for place, start in enumerate(range(0, rows, _CHUNK)):
        yield place, np.arange(start, min(rows, start + _CHUNK), dtype=np.int64) * 2


class _Files:
    """Tables that are written chunk by chunk, sorted and shuffled."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[Path, pq.ParquetWriter] = {}

    def write(self, name: str, chunk: pl.DataFrame) -> None:
        self._append(self._folder / "landed" / f"{name}.parquet", chunk)
        self._append(self._folder / "any_order" / f"{name}.parquet", chunk.sample(fraction=1.0, shuffle=True, seed=1))

    def _append(self, path: Path, chunk: pl.DataFrame) -> None:
        table: pa.Table = chunk.to_arrow()
        if path not in self._open:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open[path] = pq.ParquetWriter(path, table.schema, compression="zstd")
        self._open[path].write_table(table)

    def close(self) -> None:
        for writer in self._open.values():
            writer.close()


def plant(folder: Path, rows: int, copies: int = 4) -> None:
    """Write the tables and the truth below a folder."""
    files = _Files(folder)
    told = [Answer({name: Counted() for name in COLUMNS}) for _ in range(copies)]
    order: Callable[[int], list[int]] = lambda place: [_SEED, place]  # noqa: E731  # one line, used at once
    for place, numbers in _chunks(rows):
        main = _keyed(numbers, np.random.default_rng(order(place)))
        files.write("main", main)
        for copy, answer in enumerate(told, start=1):
            chance = np.random.default_rng([*order(place), copy])
            files.write(f"copy_{copy}", _copied(main, numbers, answer, chance))
    files.close()
    write_truth(folder, told)


if __name__ == "__main__":
    plant(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 4)
