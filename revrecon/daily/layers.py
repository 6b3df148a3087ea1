"""Layers: the table of a day that differs little from an earlier one, kept as that one, less some rows, plus others.

`ROOM/NAME/2026-11-04.json` is such a table. It names three files below `ROOM/NAME/layers/`: `base`, a second name of
the earlier day's file that stays whatever becomes of that day; `taken`, the keys of rows that are not there any more;
`fresh`, the rows that are. The note is written last: without it there is no table. Layers that another note or a whole
table took the place of are given up: they stay for who is reading them, and go with what killed writers left.
"""

import json
import os
import shutil
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from revrecon.history.atomic import NotWhole, appearing, is_abandoned, write_parquet, write_text

SUFFIX = ".json"
_FOLDER = "layers"
_PARTS = ("base", "taken", "fresh")


@dataclass(frozen=True)
class Change:
    """What a day changes of an earlier one's table: rows whose `by` columns are `taken` go, `fresh` ones come.

    `order`: by which columns the table is sorted. No row that stays has a key of a fresh one.
    """

    by: tuple[str, ...]
    order: tuple[str, ...]
    taken: pl.DataFrame
    fresh: pl.DataFrame


@dataclass(frozen=True)
class Layered:
    """A table that is kept in layers."""

    note: Path
    by: tuple[str, ...]
    order: tuple[str, ...]
    base: Path
    taken: Path
    fresh: Path
    rests_on: str

    @property
    def parts(self) -> tuple[Path, ...]:
        return (self.base, self.taken, self.fresh)

    def scan(self) -> pl.LazyFrame:
        """The rows, in no order."""
        base, taken, fresh = (pl.scan_parquet(path) for path in self.parts)
        return pl.concat([base.join(taken, on=list(self.by), how="anti"), fresh])

    def read(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """The rows in the table's order, in all columns or some. Raises NotWhole."""
        try:
            return self._in_order().select(columns or pl.all()).collect()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise NotWhole(f"{self.note} is not what was written ({error}).") from error

    def _in_order(self) -> pl.LazyFrame:
        """Both parts are in order, so that by one column they need only be merged."""
        base, taken, fresh = (pl.scan_parquet(path) for path in self.parts)
        left = base.join(taken, on=list(self.by), how="anti", maintain_order="left")
        if len(self.order) == 1:
            return left.merge_sorted(fresh, self.order[0])
        return pl.concat([left, fresh]).sort(self.order)

    def give_up(self) -> None:
        """Let the layers count as left from now on: another process may be reading them. A base's time is its day's."""
        for part in (self.taken, self.fresh):
            with suppress(FileNotFoundError):
                os.utime(part)


def layered(note: Path) -> Layered | None:
    """The layered table of a note; None where there is none. Raises NotWhole."""
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        paths = {part: note.parent / _FOLDER / told[part] for part in _PARTS}
        return Layered(note, tuple(told["by"]), tuple(told["order"]), **paths, rests_on=told["rests_on"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise NotWhole(f"{note} is not what was written ({error}).") from error


def write_layers(note: Path, before: Path | Layered, change: Change, rests_on: str) -> None:
    """Keep a table as an earlier one, a file or layered itself, with a change. Raises NotWritten.

    Layers never lie on layers: what an earlier day changed of its base is taken up in this day's.
    """
    base, change = (before, change) if isinstance(before, Path) else (before.base, _after(before, change))
    stem = f"{note.stem}-{uuid.uuid4().hex[:12]}"
    names = {part: f"{stem}.{part}.parquet" for part in _PARTS}
    folder = note.parent / _FOLDER
    write_parquet(change.taken.unique(), folder / names["taken"])  # first: a base is as old as its day
    write_parquet(change.fresh.sort(change.order), folder / names["fresh"])
    _second_name(base, folder / names["base"])
    told = {"by": change.by, "order": change.order, "rests_on": rests_on, **names}
    former = told_layers(note)
    write_text(json.dumps(told, indent=1), note)
    if former is not None:
        former.give_up()


def told_layers(note: Path) -> Layered | None:
    """The layered table of a note; None where there is none, or a damaged one, which can only be replaced."""
    try:
        return layered(note)
    except NotWhole:
        return None


def _after(before: Layered, change: Change) -> Change:
    """A change of a layered table as one of its base."""
    taken = pl.concat([pl.read_parquet(before.taken), change.taken])
    stays = pl.read_parquet(before.fresh).join(change.taken, on=list(change.by), how="anti")
    return Change(change.by, change.order, taken, pl.concat([stays, change.fresh]))


def _second_name(path: Path, beside: Path) -> None:
    """The same file under another name; a copy of it where the file system knows no such thing."""
    with appearing(beside) as there:
        try:
            os.link(path, there)
        except OSError:
            shutil.copyfile(path, there)


def files_with(path: Path) -> list[Path]:
    """A table's file; or its note and its layers."""
    found = told_layers(path) if path.suffix == SUFFIX else None
    return [path, *(found.parts if found else ())]


def abandoned(folder: Path) -> list[Path]:
    """Layers below a table's folder that no note names, and that nobody is just writing or reading.

    The layers of one note go together: by the youngest of them, as a base is a name of a file that may be old.
    """
    named = {part for note in folder.glob(f"*{SUFFIX}") for part in files_with(note)}
    left: dict[str, list[Path]] = {}
    for one in sorted((folder / _FOLDER).glob("*.parquet")):
        if one not in named:
            left.setdefault(one.name.split(".")[0], []).append(one)
    return [one for parts in left.values() if all(map(is_abandoned, parts)) for one in parts]


def height(before: Path | Layered) -> int:
    """How many rows an earlier day's table has."""
    scanned = pl.scan_parquet(before) if isinstance(before, Path) else before.scan()
    return int(scanned.select(pl.len()).collect().item())
