"""The lake: every extract as dated, immutable Parquet, and the state of an object as of any day.

Layout: `SYSTEM/OBJECT/as_of=DAY/v=STAMP_HASH.parquet`, and beside each a `.json` with its checksum, counts and origin,
written last: a file without one was never finished and does not exist. What was set aside stands in
`.quarantine.parquet`, the prints of a large extract's rows in `.prints.parquet`, what it says anew in `.news.parquet`.
The newest version of a day is picked here, never by an engine's filter.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from revrecon.entity_map.problems import did_you_mean
from revrecon.entity_map.systems import SourceObject
from revrecon.history.atomic import NotWhole, remove_leftovers, whole_parquet, write_parquet
from revrecon.history.kept import (
    CorruptExtract,
    file_sha256,
    require_whole,
    stamp_after,
    told,
    way_back,
    whole_extract,
)
from revrecon.history.kept import Kept as Kept
from revrecon.history.kept import LakeError as LakeError
from revrecon.history.kept import every_version as every_version
from revrecon.history.keys import keyed, without_key
from revrecon.history.news import LACKING, Said, keep_news, news_beside, not_lacking, said_by
from revrecon.history.prints import keep_prints
from revrecon.history.standing import DELETED as DELETED
from revrecon.history.standing import last_of_each_key, with_first_seen
from revrecon.history.standing import said_deleted as said_deleted
from revrecon.history.storage.folder import Storage
from revrecon.sources.contract import REJECTED_SCHEMA, RawExtract

STATE_COLUMNS: dict[str, pl.DataType] = {
    "_key": pl.String(),  # the key columns, joined with |
    "_observed_on": pl.Date(),  # the day of the extract that the row comes from
    "_first_seen": pl.Date(),  # the first extract that held the key
}
"""Columns that every state has beside the system's own."""


class NothingKnown(LakeError):
    """No extract of an object exists up to a day."""


class MissingColumns(LakeError):
    """An extract lacks the key or clock columns that the map names."""


class SuspiciousExtract(LakeError):
    """A full extract is empty or far smaller than the one before."""


class Lake:
    """Extracts below a root folder, readable by their owner only, or wherever a storage has them."""

    def __init__(self, place: Path | Storage) -> None:
        self.storage = place if isinstance(place, Storage) else Storage(place)
        self._frames: dict[Path, pl.DataFrame] = {}
        self._noted: dict[tuple[str, str], list[Kept]] = {}
        self._said: dict[tuple[str, str], list[Said]] = {}
        self._looked: set[Path] = set()

    def keep(
        self, system: str, object_name: str, spec: SourceObject, extract: RawExtract, fingerprint: str = "",
        accept_shrink: bool = False, newest_change: str = "",
    ) -> Kept:  # fmt: skip
        """Keep an extract; the same content for the same day changes nothing, another becomes the day's new version.

        Raises MissingColumns, and SuspiciousExtract unless `accept_shrink`.
        """
        folder = self._folder(system, object_name) / f"as_of={extract.day}"
        self.storage.look(folder)
        self._require_columns(spec, extract)
        rows = keyed(extract.frame, spec)
        good, lost = without_key(rows, extract.rejected, spec)
        latest = _last_of_each_key(good)
        content = _content_hash(latest)
        known = self._newest(folder)
        if known is not None and known.content_hash == content and known.contents == extract.contents:
            self._forget()  # another run may have kept it since this one looked
            return self._refreshed(known, fingerprint)
        if extract.contents == "full" and not accept_shrink:
            self._guard(system, object_name, spec, extract, latest.height)
        path = folder / f"v={stamp_after(known)}_{content[:8]}.parquet"
        remove_leftovers(folder)
        write_parquet(latest, path)
        if not lost.is_empty():
            write_parquet(lost, _beside(path, ".quarantine"))
        kept = Kept(
            day=extract.day, path=path, contents=extract.contents, rows=latest.height,
            superseded=good.height - latest.height, quarantined=lost.height, sha256=file_sha256(path),
            content_hash=content, fingerprint=fingerprint, origin=extract.origin, newest_change=newest_change,
            prints=keep_prints(latest, path), columns=tuple(latest.columns), storage=self.storage,
        )  # fmt: skip
        before = [one for one in self.kept(system, object_name) if one.day < extract.day]
        told = keep_news(latest, kept, before)
        self.storage.send(sorted(path.parent.glob(f"{path.stem}.*")))
        self._note(told)
        return told

    def kept(self, system: str, object_name: str, as_of: date | None = None) -> list[Kept]:
        """The newest version of every day up to `as_of`, ascending.

        What is there is looked up once, and again after this lake has kept something.
        """
        place = (system, object_name)
        if place not in self._noted:
            newest = [self._newest(day) for day in self._days(system, object_name)]
            self._noted[place] = [kept for kept in newest if kept is not None]
        return [kept for kept in self._noted[place] if as_of is None or kept.day <= as_of]

    def days(self, system: str, object_name: str) -> list[date]:
        """The days of which something was kept, ascending."""
        return [kept.day for kept in self.kept(system, object_name)]

    def state(self, system: str, object_name: str, spec: SourceObject, as_of: date) -> pl.DataFrame:
        """The latest row per key at the end of a day, sorted by `_key` (the system's columns and STATE_COLUMNS).

        From the last full extract on, changed rows replace those of the same key; keys that a full extract lacks are
        gone. Deletion flags are not applied here. Raises NothingKnown and CorruptExtract.
        """
        return self.last_rows(system, object_name, spec, as_of).filter(~pl.col("_gone")).drop("_gone")

    def last_rows(
        self, system: str, object_name: str, spec: SourceObject, as_of: date, only: Collection[str] | None = None
    ) -> pl.DataFrame:
        """The latest row of every key ever received up to a day, sorted by `_key`, as in a state.

        `_gone` tells those that the last full extract, and all since, lack, and those that the system says are deleted.
        `only` is that of `versions`. Raises NothingKnown and CorruptExtract.
        """
        told = self.told(system, object_name, spec, as_of, only)
        return last_of_each_key(told, self.said(system, object_name, as_of))

    def versions(
        self, system: str, object_name: str, spec: SourceObject, as_of: date, only: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Every row that said anything new, oldest first, and some that said the same again.

        `only` names the system's columns that are read, in any case, as formulas do; all if it is None. Raises
        NothingKnown and CorruptExtract.
        """
        told = self.told(system, object_name, spec, as_of, only)
        return with_first_seen(not_lacking(told))

    def told(
        self, system: str, object_name: str, spec: SourceObject, as_of: date, only: Collection[str] | None = None
    ) -> pl.DataFrame:
        """What the extracts up to a day `said`, oldest first, with `_observed_on`; `_lacking` where there are news.

        `only` is that of `versions`. Raises NothingKnown and CorruptExtract.
        """
        said = self.said(system, object_name, as_of)
        if not said:
            raise NothingKnown(f"Nothing of {system}/{object_name} was received up to {as_of}.")
        self.storage.fetch(one.path for one in said)
        frames = [self._rows_of(one, only).with_columns(pl.lit(one.day).alias("_observed_on")) for one in said]
        return frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal")

    def said(self, system: str, object_name: str, as_of: date) -> list[Said]:
        """How each extract up to a day is read: whole, or what it says anew; ascending."""
        place = (system, object_name)
        if place not in self._said:
            kept = self.kept(system, object_name)
            self.storage.fetch(news_beside(one.path) for one in kept if one.news)
            self._said[place] = said_by(kept)
        return [one for one in self._said[place] if one.day <= as_of]

    def columns(self, system: str, object_name: str, as_of: date) -> list[str]:
        """The columns of an object that were known by the end of a day, `_key` among them."""
        said = [kept.schema for kept in self.kept(system, object_name, as_of)]
        return [*dict.fromkeys(name for schema in said for name in schema)]

    def scan(self, system: str, object_name: str, as_of: date) -> pl.LazyFrame:
        """What is `told` of all columns, unread. Raises NothingKnown and CorruptExtract."""
        said = self.said(system, object_name, as_of)
        if not said:
            raise NothingKnown(f"Nothing of {system}/{object_name} was received up to {as_of}.")
        self.storage.fetch(one.path for one in said)
        for one in said:
            if not one.is_news:
                require_whole(one.kept)
        rows = [pl.scan_parquet(one.here).with_columns(pl.lit(one.day).alias("_observed_on")) for one in said]
        return pl.concat(rows, how="diagonal")

    def quarantined(self, system: str, object_name: str, as_of: date) -> pl.DataFrame:
        """Rows of extracts up to a day that could not be taken in: `day`, `line`, `reason`, `text`."""
        found = [pl.DataFrame(schema={"day": pl.Date, **REJECTED_SCHEMA})]
        for kept in self.kept(system, object_name, as_of):
            if kept.quarantined:
                rows = self._set_aside(kept)
                found.append(rows.select(pl.lit(kept.day).alias("day"), *REJECTED_SCHEMA))
        return pl.concat(found)

    def _folder(self, system: str, object_name: str) -> Path:
        return self.storage.root / system / object_name

    def _days(self, system: str, object_name: str) -> list[Path]:
        """The folders of an object's days, ascending: as they stood when this lake first looked, and what it kept."""
        folder = self._folder(system, object_name)
        if folder not in self._looked:
            self.storage.look(folder)
            self._looked.add(folder)
        return sorted(folder.glob("as_of=*")) if folder.is_dir() else []

    def _newest(self, folder: Path) -> Kept | None:
        notes = sorted(folder.glob("v=*.json")) if folder.is_dir() else []
        return told(notes[-1], self.storage) if notes else None

    def _note(self, kept: Kept) -> None:
        self._forget()
        kept.noted()

    def _forget(self) -> None:
        """Look again for what was kept."""
        self._noted.clear()
        self._said.clear()

    def _refreshed(self, known: Kept, fingerprint: str) -> Kept:
        if known.fingerprint != fingerprint:
            self._note(replace(known, fingerprint=fingerprint))
        return known

    def _rows_of(self, said: Said, only: Collection[str] | None) -> pl.DataFrame:
        """What an extract says, kept for whoever asks next; in some columns it is read anew."""
        if only is not None:
            return _read(said, read_of(pl.read_parquet_schema(said.here), only))
        if said.path not in self._frames:
            self._frames[said.path] = _read(said)
        return self._frames[said.path]

    def _set_aside(self, kept: Kept) -> pl.DataFrame:
        """The rows of an extract that could not be taken in. Raises CorruptExtract."""
        path = self.storage.there(_beside(kept.path, ".quarantine"))
        try:
            rows = whole_parquet(path)
        except (NotWhole, FileNotFoundError) as error:
            raise CorruptExtract(way_back(kept, path)) from error
        if rows.height != kept.quarantined:
            raise CorruptExtract(way_back(kept, path))
        return rows

    def _guard(self, system: str, object_name: str, spec: SourceObject, extract: RawExtract, rows: int) -> None:
        before = [k for k in self.kept(system, object_name) if k.contents == "full" and k.day < extract.day]
        had = before[-1].rows if before else 0
        if rows > 0 and rows >= had * spec.shrink_limit:
            return
        compared = f"{before[-1].day} had {had:,}" if before else "a first extract cannot be empty"
        raise SuspiciousExtract(
            f"{extract.origin}: the full extract of {system}/{object_name} of {extract.day} has {rows:,} rows; "
            f"{compared}. "
            "This looks like a failed export, not like a mass deletion. Check it; if it is right, run again with "
            "--accept-shrink."
        )

    def _require_columns(self, spec: SourceObject, extract: RawExtract) -> None:
        needed = [*spec.key, *(clock for clock in (spec.created, spec.changed) if clock)]
        missing = [name for name in dict.fromkeys(needed) if name not in extract.frame.columns]
        if not missing:
            return
        told = [f"{name} ({hint})" if (hint := did_you_mean(name, extract.frame.columns)) else name for name in missing]
        raise MissingColumns(
            f"{extract.origin} lacks {', '.join(told)}, which the map names as key or clock. "
            f"It has: {', '.join(extract.frame.columns[:30])}."
        )


def read_of(columns: Iterable[str], only: Collection[str]) -> list[str]:
    """Which of some columns are read where `only` those of a system are wanted: what the lake tells stays."""
    wanted = {name.casefold() for name in ("_key", "_observed_on", DELETED, LACKING, *only)}
    return [name for name in columns if name.casefold() in wanted]


def _read(said: Said, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """What an extract says, in all columns or some. Raises CorruptExtract."""
    if not said.is_news:
        return whole_extract(said.kept, columns)
    try:
        return whole_parquet(said.here, columns)
    except NotWhole as error:
        raise CorruptExtract(way_back(said.kept, said.path)) from error


def _last_of_each_key(rows: pl.DataFrame) -> pl.DataFrame:
    """The last row of each key, in their order: the rows as they are, not copied, where every key is there once."""
    is_once = rows["_key"].n_unique() == rows.height
    return rows if is_once else rows.unique("_key", keep="last", maintain_order=True)


_HASHED_AT_ONCE = 100_000


def _content_hash(rows: pl.DataFrame) -> str:
    """The hash of rows as CSV, of which never more is written at once than so many rows."""
    told = hashlib.blake2b(rows.clear().write_csv().encode(), digest_size=16)
    for part in rows.iter_slices(_HASHED_AT_ONCE):
        told.update(part.write_csv(include_header=False).encode())
    return told.hexdigest()


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.stem + suffix + ".parquet")
