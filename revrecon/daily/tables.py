"""Derived tables: one Parquet file per table and day, replaced whole, so that a day is never half visible."""

from datetime import date
from pathlib import Path

import polars as pl

from revrecon.history.atomic import NotWhole, whole_parquet, write_parquet


class TableMissing(Exception):
    """A table has not been made for a day, or is not what was made."""


class Tables:
    """Dated tables below a folder: `ROOM/NAME/2026-11-04.parquet`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, room: str, name: str, day: date) -> Path:
        return self.root / room / name / f"{day}.parquet"

    def write(self, room: str, name: str, day: date, frame: pl.DataFrame) -> Path:
        """Keep a table of a day, in place of what was there."""
        path = self.path(room, name, day)
        write_parquet(frame, path)
        return path

    def read(self, room: str, name: str, day: date) -> pl.DataFrame:
        """A table of a day. Raises TableMissing."""
        path = self.path(room, name, day)
        if not path.exists():
            raise TableMissing(
                f"{room}/{name} has not been made for {day}. Run the day first: revrecon run --as-of {day}."
            )
        try:
            return whole_parquet(path)
        except NotWhole as error:
            raise TableMissing(f"{error} Delete it and run its day again: revrecon run --as-of {day}.") from error

    def has(self, room: str, name: str, day: date) -> bool:
        return self.path(room, name, day).exists()

    def days(self, room: str, name: str) -> list[date]:
        """The days for which a table was made, ascending."""
        folder = self.root / room / name
        return sorted(date.fromisoformat(path.stem) for path in folder.glob("*.parquet") if path.stem[0].isdigit())

    def all(self) -> list[tuple[str, str, list[Path]]]:
        """Every table with its files, by room and name."""
        found = []
        for folder in sorted(p for p in self.root.glob("*/*") if p.is_dir()):
            files = sorted(path for path in folder.glob("*.parquet") if path.stem[0].isdigit())
            if files:
                found.append((folder.parent.name, folder.name, files))
        return found
