"""Moving a lake from its home to an object store: everything, each version with its note last, and nothing removed."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from revrecon.daily.home import Home
from revrecon.history.kept import LakeError, told
from revrecon.history.storage.address import LAKE_URL, lake_at, lake_in, notes_below
from revrecon.history.storage.folder import Storage
from revrecon.history.storage.objects import ObjectStorage
from revrecon.history.storage.trouble import StorageTrouble

Told = Callable[[str, int, int], None]
"""Told before each version of an extract: its name, its number from 0, and how many there are."""


@dataclass(frozen=True)
class MovedLake:
    """What went over: how many versions of extracts, in how many bytes; and where the folder is now."""

    versions: int
    size: int
    address: str
    left_at: Path


def move_lake(home: Home, tell: Told = lambda name, at, total: None) -> MovedLake:
    """Put the lake of a home where REVRECON_LAKE_URL says; the folder is renamed, and remains as it was.

    Whoever is killed enters the same again: what is there already is not sent again. Raises StorageTrouble where no
    address is set, where the store holds extracts that the home does not know, and where the store does not answer.
    """
    there, here = lake_at(home.root), lake_in(home.root)
    if there is None:
        raise StorageTrouble(f"Set {LAKE_URL} to where the lake shall stand, such as s3://bucket/folder.")
    notes = sorted(notes_below(here.root))
    if not notes:
        raise StorageTrouble(f"{here.root} holds no extracts: there is nothing to move.")
    there.look(there.root)
    _require_ours(there, here)
    size = 0
    for at, note in enumerate(notes):
        tell(note.parent.relative_to(here.root).as_posix(), at, len(notes))
        size += sum(_sent(there, here, path) for path in _files_of(note, here))
    there.look(there.root)
    left_at = here.root.with_name(f"lake.moved-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    here.root.rename(left_at)
    return MovedLake(len(notes), size, there.address, left_at)


def _require_ours(there: ObjectStorage, here: Storage) -> None:
    """Two lakes are not mixed: their extracts would replace each other."""
    for note in notes_below(there.root):
        mine = here.root / note.relative_to(there.root)
        if not mine.exists() or told(mine, here).content_hash != told(note, there).content_hash:
            raise StorageTrouble(
                f"{there.called(note)} is none of {here.root}: another lake stands there. Name an address of its own "
                f"in {LAKE_URL}."
            )


def _files_of(note: Path, here: Storage) -> Iterator[Path]:
    kept = told(note, here)
    if kept.rows_here.exists():
        yield from kept.files
        return
    raise LakeError(
        f"{kept.path} is missing. Restore it from a backup, or remove {note.parent}, before the lake moves."
    )


def _sent(there: ObjectStorage, here: Storage, path: Path) -> int:
    """Have a file stand there, with its copy, unless it does; its bytes."""
    copy = there.root / path.relative_to(here.root)
    if there.size(copy) != path.stat().st_size or copy.suffix == ".json":
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy2(path, copy)
        there.send([copy])
    return path.stat().st_size
