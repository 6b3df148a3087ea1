"""A print of every row of an extract, by which days are compared without reading what they say.

Beside a large extract stands `v=….prints.parquet`: `_key` and `_print`, a number of 64 bits that follows from all
columns of the row and their names. It is worked out from the extract where it is not there, damaged, or of another
version of polars, whose hashes may be others.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from revrecon.history.atomic import parquet_or_none, write_parquet
from revrecon.history.kept import Kept, file_sha256, from_last_full, whole_extract

PRINT_SCHEMA: dict[str, pl.DataType] = {"_key": pl.String(), "_print": pl.UInt64()}
"""The rows of an extract, by their keys."""

WORTH_KEEPING = 2_000
"""Rows from which on an extract has its prints beside it."""

_MADE_BY = "revrecon.made_by"
_POLARS = f"polars {pl.__version__}"


def keep_prints(rows: pl.DataFrame, extract: Path) -> str:
    """Write the prints of an extract beside it if it is large: the file's SHA-256, or nothing. Raises NotWritten."""
    if rows.height < WORTH_KEEPING:
        return ""
    beside = prints_beside(extract)
    write_parquet(printed(rows), beside, {_MADE_BY: _POLARS})
    return file_sha256(beside)


def prints_beside(extract: Path) -> Path:
    """Where the prints of an extract are."""
    return extract.with_name(extract.stem + ".prints.parquet")


def keys_anew(kept: Sequence[Kept], since: date) -> pl.DataFrame:
    """The keys (`_key`) of an object that may stand otherwise after all its extracts than after those up to a day.

    Every key whose last row, or whether the last full extract holds it, is not the same; and some that a day in between
    told of. Raises CorruptExtract.
    """
    then, fresh = [one for one in kept if one.day <= since], [one for one in kept if one.day > since]
    before = standing_prints(then)
    said = pl.concat([pl.DataFrame(schema=PRINT_SCHEMA), *map(_prints, fresh)])
    anew = said.join(before, on=list(PRINT_SCHEMA), how="anti")
    gone = before.join(standing_prints(kept), on="_key", how="anti")
    return pl.concat([anew, gone]).select("_key").unique()


def standing_prints(kept: Sequence[Kept]) -> pl.DataFrame:
    """The last row of each key from the last full extract on (PRINT_SCHEMA): who is not in it is gone.

    Raises CorruptExtract.
    """
    told = [_prints(one) for one in from_last_full(kept)]
    if len(told) == 1:
        return told[0]
    return pl.concat([pl.DataFrame(schema=PRINT_SCHEMA), *told]).unique("_key", keep="last")


def _prints(kept: Kept) -> pl.DataFrame:
    found = _kept_prints(kept) if kept.prints else None
    return printed(whole_extract(kept)) if found is None else found


def _kept_prints(kept: Kept) -> pl.DataFrame | None:
    """The prints beside an extract; None where they are gone, damaged, or made by another version of polars."""
    beside = kept.storage.there(prints_beside(kept.path))
    found = parquet_or_none(beside)
    if found is None or file_sha256(beside) != kept.prints:
        return None
    return found if pl.read_parquet_metadata(beside).get(_MADE_BY) == _POLARS else None


def printed(rows: pl.DataFrame) -> pl.DataFrame:
    """The print of every row: of its values in the order of their columns' names, and of these names."""
    said = sorted(rows.columns)
    whole = pl.struct(pl.lit("\n".join(said)).alias("_names"), *said)
    return rows.select("_key", whole.hash(seed=3).alias("_print"))
