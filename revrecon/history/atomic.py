"""Whole files or none: written beside, flushed to disk, and moved into place.

What was written is still there after a power cut: a file is flushed before it takes its place, and so is every folder
in which a name appears, those above a new folder too.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, TypedDict

import polars as pl

BESIDE = ".tmp-"
"""How the name of a file begins that has not taken its place yet."""


class Packing(TypedDict):
    """How polars packs a Parquet file."""

    compression: Literal["zstd"]
    compression_level: int
    data_page_size: int


PACKED = Packing(compression="zstd", compression_level=1, data_page_size=64 * 1024)
"""Level 1 writes a tenth faster than zstd's default, is read a third faster, and takes no more room. Pages so small
take 2 to 5 % more of it (twice as much where nothing but counted-up values are kept), and where few rows of a file are
wanted, most need not be unpacked (a third less time)."""

_ABANDONED = 6 * 60 * 60.0
"""Seconds after which a file beside is surely nobody's: no writer takes so long."""


class NotWritten(Exception):
    """A file cannot be written."""


class NotWhole(Exception):
    """A file is not what was written: cut short, or altered."""


def write_parquet(
    frame: pl.DataFrame, path: Path, notes: Mapping[str, str] | None = None, group: int | None = None
) -> None:
    """Write a frame so that readers see the old file or the whole new one, never a part. Raises NotWritten.

    `notes` are kept in the file, beside its rows; `group`: how many rows are packed together, as polars has it if None.
    """
    told = dict(notes) if notes else None
    _write(path, lambda beside: frame.write_parquet(beside, **PACKED, metadata=told, row_group_size=group))


def write_text(text: str, path: Path) -> None:
    """Write a text (UTF-8) so that readers see the old file or the whole new one, never a part. Raises NotWritten."""
    _write(path, lambda beside: beside.write_text(text, encoding="utf-8"))


def write_bytes(content: bytes, path: Path) -> None:
    """Write a content so that readers see the old file or the whole new one, never a part. Raises NotWritten."""
    _write(path, lambda beside: beside.write_bytes(content))


def _write(path: Path, fill: Callable[[Path], object]) -> None:
    with appearing(path) as beside:
        fill(beside)


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A path beside to write to; what is there at the end is flushed and takes the place of `path` at once.

    Raises NotWritten where the disk is full, or the folder not to be written.
    """
    beside = path.with_name(f"{BESIDE}{uuid.uuid4().hex}")
    try:
        private_folder(path.parent)
        yield beside
        os.chmod(beside, 0o600)
        _flush(beside)
        os.replace(beside, path)
        _flush(path.parent)
    except (OSError, pl.exceptions.ComputeError) as error:
        raise NotWritten(
            f"{path} cannot be written ({error.strerror if isinstance(error, OSError) else error}). What was there "
            "stays. Make room on the disk, or give the right to write, and run again."
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def private_folder(folder: Path) -> None:
    """Make a folder and those above it that are not there, each readable by its owner only, to last a power cut."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(exist_ok=True, mode=0o700)
        _flush(missing.parent)


def remove_for_good(path: Path) -> None:
    """Remove a file if it is there, so that it does not come back by a power cut."""
    path.unlink(missing_ok=True)
    _flush(path.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def whole_parquet(path: Path, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The frame of a file that is there, or some columns of it. Raises NotWhole."""
    try:
        return pl.read_parquet(path, columns=list(columns) if columns else None)
    except FileNotFoundError:
        raise
    except (pl.exceptions.PolarsError, OSError) as error:
        raise NotWhole(f"{path} is not what was written ({error}).") from error


def parquet_or_none(path: Path) -> pl.DataFrame | None:
    """The frame of a file, or None where it is gone or not whole: for what can be done without, or made again."""
    try:
        return whole_parquet(path)
    except (FileNotFoundError, NotWhole):
        return None


def leftovers(folder: Path) -> list[Path]:
    """What killed writers left in a folder. What another process is just writing is not among it."""
    return [left for left in folder.glob(f"{BESIDE}*") if is_abandoned(left)]


def remove_leftovers(folder: Path) -> None:
    """Remove what killed writers left in a folder."""
    for left in leftovers(folder):
        left.unlink(missing_ok=True)


def is_abandoned(path: Path) -> bool:
    """Whether a file beside is surely nobody's any more: nobody wrote to it for hours."""
    try:
        return time.time() - path.stat().st_mtime > _ABANDONED
    except FileNotFoundError:  # it has just taken its place
        return False
