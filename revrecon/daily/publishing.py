"""Publishing the account master: an act that is recorded, done once for the same content, and finished if it broke off.

Order of writing: the files, then a snapshot to compare the next publication with, then the ledger's row. Whoever is
killed in between leaves no row, and the next one writes the same files again.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import polars as pl

from revrecon.canonical.account_master import entities_with_a_tree
from revrecon.daily.day import Day
from revrecon.daily.masters import kept_or_made_master
from revrecon.history.atomic import parquet_or_none, write_parquet, write_text
from revrecon.reports.files import spreadsheet_safe_csv
from revrecon.reports.master_changes import aliases_now, changes, counted
from revrecon.reports.master_files import ALIAS_SCHEMA, MasterFile, all_files
from revrecon.tickets.publications import Publication, Publications, PublishedFile

KIND = "account_master"
_IDS = {"copy": pl.String(), "record_id": pl.String(), "canonical_id": pl.String()}


class NothingToPublish(Exception):
    """The map has no entity with a hierarchy, or not the one that was asked for."""


class PublishedLater(Exception):
    """A later day is published already."""


class SnapshotMissing(Exception):
    """What was published last is no longer there to compare with."""


@dataclass(frozen=True)
class Draft:
    """What would be published of an entity: its files, and how each differs from the last publication's."""

    entity: str
    previous: Publication | None
    files: tuple[MasterFile, ...]
    changes: tuple[pl.DataFrame, ...]
    aliases: pl.DataFrame
    ids: pl.DataFrame

    @cached_property
    def texts(self) -> dict[str, str]:
        """Every file's content as it is written, by its name: each file, and its changes beside it."""
        found = {}
        for file, differs in zip(self.files, self.changes, strict=True):
            found[f"{file.name}.csv"] = spreadsheet_safe_csv(file.frame)
            found[f"{file.name}_changes.csv"] = spreadsheet_safe_csv(differs)
        return found

    @cached_property
    def content_sha256(self) -> str:
        """The same for the same content, whatever the day and whatever was published before."""
        told = [f"{file.name}\x1f{_sha(self.texts[f'{file.name}.csv'])}" for file in self.files]
        return _sha("\x1e".join([self.entity, *told]))

    @property
    def is_new(self) -> bool:
        return self.previous is None or self.previous.content_sha256 != self.content_sha256

    def counts(self) -> list[tuple[str, int, dict[str, int]]]:
        """Each file's name, its rows, and how many of them are new, changed, merged and gone."""
        pairs = zip(self.files, self.changes, strict=True)
        return [(f"{file.name}.csv", file.frame.height, counted(differs)) for file, differs in pairs]

    def told_files(self) -> tuple[PublishedFile, ...]:
        """Each file with its hash; the file itself with how many rows are new, changed, merged and gone."""
        told = []
        for file, differs in zip(self.files, self.changes, strict=True):
            state, beside = f"{file.name}.csv", f"{file.name}_changes.csv"
            told.append(PublishedFile(state, _sha(self.texts[state]), file.frame.height, **counted(differs)))
            told.append(PublishedFile(beside, _sha(self.texts[beside]), differs.height))
        return tuple(told)


@dataclass(frozen=True)
class Published:
    """A publication, whether this act made it, and the files that hold it."""

    publication: Publication
    fresh: bool
    paths: tuple[Path, ...]


def known_entities(day: Day, asked: str | None = None) -> list[str]:
    """The entities to publish: all with a hierarchy, or the one asked for. Raises NothingToPublish."""
    names = entities_with_a_tree(day.map)
    if not names:
        raise NothingToPublish("No entity of the map has a hierarchy, so there is no account master to publish.")
    if asked is not None and asked not in names:
        raise NothingToPublish(f"'{asked}' has no hierarchy in the map; entities that have one: {', '.join(names)}.")
    return names if asked is None else [asked]


def draft(day: Day, entity: str, only_to_look: bool = False) -> Draft:
    """What publishing an entity's master now would hand out. Raises PublishedLater and SnapshotMissing.

    `only_to_look`: compared with the last publication up to the day, later ones left aside.
    """
    history = Publications(day.home.ledger).all(KIND, entity)
    if only_to_look:
        history = [one for one in history if one.as_of <= day.as_of]
    previous = history[-1] if history else None
    if previous is not None and previous.as_of > day.as_of:
        raise PublishedLater(
            f"The {entity} master of {previous.as_of} is published already ({previous.id}); that of {day.as_of} would "
            f"take the systems back. Publish {previous.as_of} or a later day."
        )
    return _draft(day, entity, previous)


def _draft(day: Day, entity: str, previous: Publication | None) -> Draft:
    here, master = day.world.entities[entity], kept_or_made_master(day, entity)
    ids = here.crosswalk.filter(pl.col("canonical_id").is_not_null()).select(list(_IDS))
    known = _snapshot(day, previous, "aliases")
    aliases = aliases_now(
        pl.DataFrame(schema=ALIAS_SCHEMA) if known is None else known,
        _snapshot(day, previous, "ids"),
        ids,
        master["canonical_id"],
    )
    files = tuple(all_files(day.map, entity, here, master, aliases))
    found = tuple(changes(_earlier(day, previous, file.name), file, aliases) for file in files)
    return Draft(entity, previous, files, found, aliases, ids.sort(list(_IDS)))


def _folder(day: Day, publication: Publication) -> Path:
    return day.home.root / "published" / publication.id


def _snapshot(day: Day, publication: Publication | None, name: str) -> pl.DataFrame | None:
    if publication is None:
        return None
    path = _folder(day, publication) / f"{name}.parquet"
    frame = parquet_or_none(path)
    if frame is None:
        raise SnapshotMissing(
            f"{path} is not there, or not whole, so what changed since {publication.id} cannot be told. "
            "Bring the folder `published` of the home back from a backup."
        )
    return frame


def _earlier(day: Day, previous: Publication | None, name: str) -> pl.DataFrame | None:
    """A file as it was published last; None for one that was not, such as that of a system new to the map."""
    if previous is None or f"{name}.csv" not in {file.name for file in previous.files}:
        return None
    return _snapshot(day, previous, name)


def publish(day: Day, entity: str, to: Path | None = None, now: datetime | None = None) -> Published:
    """Publish an entity's master, unless its content is what was published last; then that publication stands.

    Files go below `reports/account_master/DAY` and, where given, into the folder `to` as well. Raises PublishedLater,
    SnapshotMissing and PublishedMeanwhile.
    """
    drawn = draft(day, entity)
    if drawn.previous is not None and not drawn.is_new:
        last = drawn.previous
        drawn = _as_it_was_published(day, entity, last)
        return Published(last, False, _write_files(day, drawn, last, to))
    publication = _publication(day, drawn, now or datetime.now(UTC))
    paths = _write_files(day, drawn, publication, to)
    _keep_snapshot(day, drawn, publication)
    Publications(day.home.ledger).add(publication)
    return Published(publication, True, paths)


def _as_it_was_published(day: Day, entity: str, last: Publication) -> Draft:
    """The last publication once more from its snapshot, so that lost or altered files can be written again."""
    now = _draft(day, entity, None)
    history = Publications(day.home.ledger).all(KIND, entity)
    before = history[last.place - 2] if last.place > 1 else None
    aliases = _snapshot(day, last, "aliases")
    known = pl.DataFrame(schema=ALIAS_SCHEMA) if aliases is None else aliases
    files = tuple(
        MasterFile(file.name, file.key, file.id_column, frame)
        for file in now.files
        if (frame := _earlier(day, last, file.name)) is not None
    )
    found = tuple(changes(_earlier(day, before, file.name), file, known) for file in files)
    return Draft(entity, before, files, found, known, now.ids)


def _publication(day: Day, drawn: Draft, now: datetime) -> Publication:
    place = drawn.previous.place + 1 if drawn.previous else 1
    before = drawn.previous.id if drawn.previous else ""
    name = "PUB-" + _sha("\x1f".join([KIND, drawn.entity, before, drawn.content_sha256]))[:12]
    return Publication(
        id=name, kind=KIND, entity=drawn.entity, place=place, as_of=day.as_of, published_at=now,
        map_version=day.map.map.version, map_sha256=day.loaded.sha256, content_sha256=drawn.content_sha256,
        files=drawn.told_files(),
    )  # fmt: skip


def files_folder(day: Day, publication: Publication) -> Path:
    """Where a publication's files stand in the home."""
    return day.home.reports / KIND / str(publication.as_of)


def _write_files(day: Day, drawn: Draft, publication: Publication, to: Path | None) -> tuple[Path, ...]:
    folder = files_folder(day, publication)
    paths = [
        (place / name, text)
        for place in ((folder, to) if to is not None else (folder,))
        for name, text in drawn.texts.items()
    ]
    for path, text in paths:
        write_text(text, path)
    return tuple(path for path, _ in paths)


def _keep_snapshot(day: Day, drawn: Draft, publication: Publication) -> None:
    folder = _folder(day, publication)
    for file in drawn.files:
        write_parquet(file.frame, folder / f"{file.name}.parquet")
    write_parquet(drawn.aliases, folder / "aliases.parquet")
    write_parquet(drawn.ids, folder / "ids.parquet")


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
