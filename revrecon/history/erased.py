"""Erasing from the lake: every version of every extract without a person, under a checksum that knows the old one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from revrecon.history.atomic import PACKED, appearing, write_parquet
from revrecon.history.kept import file_sha256
from revrecon.history.news import news_beside
from revrecon.history.prints import prints_beside
from revrecon.history.pseudonyms import Pseudonyms
from revrecon.history.storage.folder import Storage


@dataclass(frozen=True)
class ErasedFile:
    """A file from which a person is erased, or would be: the rows that change and its checksums before and after."""

    path: str  # below the home
    rows: int
    before: str = ""
    after: str = ""


def erased_from_lake(lake: Storage, pseudonyms: Pseudonyms, dry_run: bool) -> Iterator[ErasedFile]:
    """Every version of every extract, replaced ones too, and what was set aside on arrival.

    The note goes first: it tells the new checksum and the old one, so that whoever is killed in between leaves a file
    that is known under either.
    """
    lake.look(lake.root)
    for note in sorted(lake.root.glob("*/*/as_of=*/v=*.json")):
        path = note.with_suffix(".parquet")
        news, aside = news_beside(path), path.with_name(path.stem + ".quarantine.parquet")
        lake.fetch(one for one in lake.beside(path) if one in (path, news, aside))
        if path.exists() and (done := _extract(lake, path, note, pseudonyms, dry_run)):
            yield done
        if news.exists() and (done := _news(lake, news, note, pseudonyms, dry_run)):
            yield done
        if aside.exists() and (done := _plain(lake.root.parent, aside, pseudonyms, dry_run)):
            lake.send([] if dry_run else [aside])
            yield done
    yield from _never_finished(lake, pseudonyms, dry_run)


def _never_finished(lake: Storage, pseudonyms: Pseudonyms, dry_run: bool) -> Iterator[ErasedFile]:
    """Files of which no note tells, since whoever wrote them was killed: those that tell of the person go."""
    left = [path for path in lake.every() if path.match("v=*.parquet") and not _note_of(path).exists()]
    lake.fetch(left)
    for path in left:
        rows = 0 if path.name.endswith(".prints.parquet") else pseudonyms.frame(pl.read_parquet(path))[1]
        if rows:
            yield ErasedFile(path.relative_to(lake.root.parent).as_posix(), rows, file_sha256(path))
            if not dry_run:
                lake.remove(path)


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name.partition('.')[0]}.json")


def erased_from_tables(root: Path, folder: Path, pseudonyms: Pseudonyms, dry_run: bool) -> Iterator[ErasedFile]:
    """Every Parquet file below a folder of a home."""
    for path in sorted(folder.rglob("*.parquet")):
        if done := _plain(root, path, pseudonyms, dry_run):
            yield done


def _extract(lake: Storage, path: Path, note: Path, pseudonyms: Pseudonyms, dry_run: bool) -> ErasedFile | None:
    """The rows of an extract; their prints go, and are worked out again when they are needed."""
    frame, rows = pseudonyms.frame(pl.read_parquet(path))
    name, before = path.relative_to(lake.root.parent).as_posix(), file_sha256(path)
    if not rows or dry_run:
        return ErasedFile(name, rows) if rows else None
    facts = json.loads(note.read_text(encoding="utf-8"))
    lake.remove(prints_beside(path))
    with appearing(path) as beside:
        frame.write_parquet(beside, **PACKED)
        after = file_sha256(beside)
        names = dict.fromkeys([*facts.get("formerly", []), facts["sha256"], before])
        formerly = [one for one in names if one != after]
        told = {**facts, "sha256": after, "formerly": formerly, "prints": ""}
        lake.write_note(json.dumps(told, indent=1), note)
    lake.send([path])
    return ErasedFile(name, rows, before, after)


def _news(lake: Storage, path: Path, note: Path, pseudonyms: Pseudonyms, dry_run: bool) -> ErasedFile | None:
    """What an extract says anew; if this is killed before the note tells of it, the extract is read whole."""
    done = _plain(lake.root.parent, path, pseudonyms, dry_run)
    if done is not None and not dry_run:
        lake.send([path])
        told = {**json.loads(note.read_text(encoding="utf-8")), "news": done.after}
        lake.write_note(json.dumps(told, indent=1), note)
    return done


def _plain(root: Path, path: Path, pseudonyms: Pseudonyms, dry_run: bool) -> ErasedFile | None:
    frame, rows = pseudonyms.frame(pl.read_parquet(path))
    if not rows:
        return None
    before = file_sha256(path)
    if not dry_run:
        write_parquet(frame, path)
    return ErasedFile(path.relative_to(root).as_posix(), rows, before, "" if dry_run else file_sha256(path))
