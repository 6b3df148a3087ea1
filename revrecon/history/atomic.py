"""Whole files or none: written beside, flushed to disk, and moved into place."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

_BESIDE = ".tmp-"


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame so that readers see the old file or the whole new one, never a part."""
    _write(path, lambda beside: frame.write_parquet(beside, compression="zstd"))


def write_text(text: str, path: Path) -> None:
    """Write a text (UTF-8) so that readers see the old file or the whole new one, never a part."""
    _write(path, lambda beside: beside.write_text(text, encoding="utf-8"))


def write_bytes(content: bytes, path: Path) -> None:
    """Write a content so that readers see the old file or the whole new one, never a part."""
    _write(path, lambda beside: beside.write_bytes(content))


def _write(path: Path, fill: Callable[[Path], object]) -> None:
    with appearing(path) as beside:
        fill(beside)


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A path beside to write to; what is there at the end is flushed and takes the place of `path` at once."""
    private_folder(path.parent)
    beside = path.with_name(f"{_BESIDE}{uuid.uuid4().hex}")
    try:
        yield beside
        os.chmod(beside, 0o600)
        _flush(beside)
        os.replace(beside, path)
        _flush(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def private_folder(folder: Path) -> None:
    """Make a folder and those above it that are not there, each readable by its owner only."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(exist_ok=True, mode=0o700)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_leftovers(folder: Path) -> None:
    """Remove what killed writers left in a folder."""
    for left in folder.glob(f"{_BESIDE}*"):
        left.unlink(missing_ok=True)
