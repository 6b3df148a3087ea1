"""Derived tables: one file per table and day, replaced whole, so that a day is never half visible.

A table is a Parquet file, or, where a day differs little from an earlier one, layers upon that one's (`layers.py`).
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from revrecon.daily.layers import SUFFIX, Change, Layered, abandoned, height, layered, told_layers, write_layers
from revrecon.history.atomic import NotWhole, whole_parquet, write_parquet

_RESTS_ON = "rests_on"
_MOST_CHANGED = 0.2
"""A table of which a greater part changed is written whole."""


class TableMissing(Exception):
    """A table has not been made for a day, or is not what was made."""


class Tables:
    """Dated tables below a folder: `ROOM/NAME/2026-11-04.parquet`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, room: str, name: str, day: date) -> Path:
        return self.root / room / name / f"{day}.parquet"

    def write(self, room: str, name: str, day: date, frame: pl.DataFrame, rests_on: str = "") -> Path:
        """Keep a table of a day, in place of what was there; `rests_on` tells what it was worked out from."""
        path = self.path(room, name, day)
        write_parquet(frame, path, {_RESTS_ON: rests_on} if rests_on else None)
        self.is_whole(room, name, day)
        return path

    def is_whole(self, room: str, name: str, day: date) -> None:
        """Let a table be its file, which is there, instead of its layers."""
        note = self._note(room, name, day)
        former = told_layers(note)
        note.unlink(missing_ok=True)
        if former is not None:
            former.give_up()

    def write_over(self, room: str, name: str, day: date, since: date, change: Change, rests_on: str) -> None:
        """Keep a table of a day as that of an earlier one with a change. Raises TableMissing."""
        before = self._kept(room, name, since)
        if change.fresh.height + change.taken.height > _MOST_CHANGED * max(1, height(before)):
            gone = self._read(before, since).join(change.taken, on=list(change.by), how="anti")
            self.write(room, name, day, pl.concat([gone, change.fresh]).sort(change.order), rests_on)
            return
        write_layers(self._note(room, name, day), before, change, rests_on)
        self.path(room, name, day).unlink(missing_ok=True)

    def read(self, room: str, name: str, day: date, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """A table of a day, or some columns of it. Raises TableMissing.

        Where another process puts layers in the place of its file meanwhile, or the other way round, it is read again.
        """
        while True:
            kept = self._kept(room, name, day)
            try:
                return self._read(kept, day, columns)
            except (TableMissing, FileNotFoundError):
                if kept == self._kept(room, name, day):
                    raise

    def scan(self, room: str, name: str, day: date) -> pl.LazyFrame:
        """The rows of a table of a day unread, in no order. Raises TableMissing."""
        kept = self._kept(room, name, day)
        return kept.scan() if isinstance(kept, Layered) else pl.scan_parquet(kept)

    def rests_on(self, room: str, name: str, day: date) -> str:
        """What a table was worked out from, as its writer told; nothing where there is no whole table that tells it."""
        try:
            kept = self._kept(room, name, day)
            if isinstance(kept, Layered):
                return kept.rests_on if all(map(pl.read_parquet_schema, kept.parts)) else ""
            return pl.read_parquet_metadata(kept).get(_RESTS_ON, "")
        except (TableMissing, FileNotFoundError, pl.exceptions.PolarsError):
            return ""

    def has(self, room: str, name: str, day: date) -> bool:
        return self._note(room, name, day).exists() or self.path(room, name, day).exists()

    def days(self, room: str, name: str) -> list[date]:
        """The days for which a table was made, ascending."""
        return sorted(date.fromisoformat(path.stem) for path in _files(self.root / room / name))

    def all(self) -> list[tuple[str, str, list[Path]]]:
        """Every table with its files, by room and name: Parquet files, and notes of layered tables."""
        folders = sorted(p for p in self.root.glob("*/*") if p.is_dir())
        return [(one.parent.name, one.name, files) for one in folders if (files := _files(one))]

    def abandoned(self) -> list[Path]:
        """Layers that killed writers left."""
        return [left for folder in sorted(self.root.glob("*/*")) if folder.is_dir() for left in abandoned(folder)]

    def _note(self, room: str, name: str, day: date) -> Path:
        return self.path(room, name, day).with_suffix(SUFFIX)

    def _kept(self, room: str, name: str, day: date) -> Path | Layered:
        try:
            if (found := layered(self._note(room, name, day))) is not None:
                return found
        except NotWhole as error:
            raise _not_whole(error, day) from error
        path = self.path(room, name, day)
        if not path.exists():
            raise TableMissing(
                f"{room}/{name} has not been made for {day}. Run the day first: revrecon run --as-of {day}."
            )
        return path

    def _read(self, kept: Path | Layered, day: date, columns: Sequence[str] | None = None) -> pl.DataFrame:
        try:
            return kept.read(columns) if isinstance(kept, Layered) else whole_parquet(kept, columns)
        except NotWhole as error:
            raise _not_whole(error, day) from error


def _not_whole(error: NotWhole, day: date) -> TableMissing:
    return TableMissing(f"{error} Delete it and run its day again: revrecon run --as-of {day}.")


def _files(folder: Path) -> list[Path]:
    """The file or note of each day of a table; a note counts before a file, which is then about to go."""
    found = {path.stem: path for path in sorted(folder.glob("*.parquet")) if path.stem[0].isdigit()}
    found |= {path.stem: path for path in sorted(folder.glob(f"*{SUFFIX}")) if path.stem[0].isdigit()}
    return [found[day] for day in sorted(found)]
