"""What the lake knows of a kept extract: the note beside it, by which it counts and is known to be whole."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from revrecon.history.atomic import NotWhole, whole_parquet
from revrecon.history.storage.folder import Storage

_STAMP = "%Y%m%dT%H%M%S%fZ"


class LakeError(Exception):
    """The lake refuses an extract, or cannot give what is asked for."""


class CorruptExtract(LakeError):
    """A file in the lake is not what was written."""


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_NOT_NOTED = {"noted": False}
_HERE = Storage(Path())


@dataclass(frozen=True)
class Kept:
    """What the lake knows of one kept extract."""

    day: date
    path: Path = field(metadata=_NOT_NOTED)
    contents: str
    rows: int
    superseded: int  # rows of the extract that a later row of the same key replaced
    quarantined: int
    sha256: str
    content_hash: str
    fingerprint: str
    origin: str
    formerly: tuple[str, ...] = ()  # checksums that the file had before a person was erased from it
    newest_change: str = ""  # by the system's own clock (ISO, UTC); from there on a live system is asked the next time
    prints: str = ""  # the SHA-256 of the prints of its rows, where they are kept beside it
    news: str = ""  # the SHA-256 of what it says anew, where that is kept beside it
    news_after: str = ""  # one word for the extracts before it, from which its news follow
    columns: tuple[str, ...] = ()  # of its rows, `_key` among them; none in notes that were written before they told
    new: bool = field(default=True, metadata=_NOT_NOTED)
    storage: Storage = field(default=_HERE, repr=False, compare=False, metadata=_NOT_NOTED)

    @property
    def names(self) -> frozenset[str]:
        """Every checksum under which the file is known."""
        return frozenset((self.sha256, *self.formerly))

    @property
    def files(self) -> list[Path]:
        """Whatever is there of this version: its rows, what was set aside, prints, news, and last the note on it."""
        return sorted(self.storage.beside(self.path), key=lambda path: (path.suffix == ".json", path))

    @property
    def rows_here(self) -> Path:
        """The file of its rows, to be read."""
        return self.storage.there(self.path)

    @property
    def schema(self) -> list[str]:
        """The columns of its rows, `_key` among them."""
        return list(self.columns or pl.read_parquet_schema(self.rows_here))

    def noted(self) -> None:
        """Write what is known of it into the note beside it, by which it counts. Raises NotWritten."""
        facts = {one.name: getattr(self, one.name) for one in fields(self) if one.metadata != _NOT_NOTED}
        text = json.dumps({**facts, "day": str(self.day)}, indent=1)
        self.storage.write_note(text, self.path.with_suffix(".json"))


def from_last_full(kept: Sequence[Kept]) -> Sequence[Kept]:
    """Of an object's extracts, ascending, the last full one and all since: what stands follows from these alone."""
    full = [place for place, one in enumerate(kept) if one.contents == "full"]
    return kept[full[-1] if full else 0 :]


def every_version(folder: Path, storage: Storage) -> list[Kept]:
    """Every version that was ever kept of an object's day, the oldest first, by the notes that are here."""
    return [told(note, storage) for note in sorted(folder.glob("v=*.json"))] if folder.is_dir() else []


def told(note: Path, storage: Storage) -> Kept:
    """What the note beside an extract says of it. Raises CorruptExtract."""
    try:
        facts = json.loads(note.read_text(encoding="utf-8"))
        lists = {name: tuple(facts.get(name, ())) for name in ("formerly", "columns")}
        given = {**facts, **lists, "day": date.fromisoformat(facts["day"])}
        return Kept(**given, path=note.with_suffix(".parquet"), new=False, storage=storage)
    except OSError as error:
        raise CorruptExtract(_way_back(storage, note, "the day", cannot_be_read(error))) from error
    except (ValueError, TypeError, KeyError) as error:
        raise CorruptExtract(_way_back(storage, note, "the day", _ANOTHER)) from error


def whole_extract(kept: Kept, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The rows of an extract, in all columns or some. Raises CorruptExtract."""
    require_whole(kept)
    try:
        return whole_parquet(kept.path, columns)
    except NotWhole as error:
        raise CorruptExtract(way_back(kept, kept.path)) from error


def require_whole(kept: Kept) -> None:
    """Raise CorruptExtract where an extract is not what was written."""
    try:
        if not _is_what_was_written(kept):
            raise CorruptExtract(way_back(kept, kept.path))
    except OSError as error:
        raise CorruptExtract(way_back(kept, kept.path, cannot_be_read(error))) from error


def _is_what_was_written(kept: Kept) -> bool:
    path = kept.rows_here
    if path.exists() and file_sha256(path) in kept.names:
        return True
    return kept.storage.is_fetched_anew(path) and path.exists() and file_sha256(path) in kept.names


_ANOTHER = "is missing or not what was written (its checksum differs)"


def cannot_be_read(error: OSError) -> str:
    """What is wrong with a file that the disk does not give."""
    return f"cannot be read ({error.strerror})"


def way_back(kept: Kept, path: Path, wrong: str = _ANOTHER) -> str:
    """What is wrong with a file of an extract, and what to do: a sentence for whoever meets it."""
    return _way_back(kept.storage, path, kept.origin, wrong)


def _way_back(storage: Storage, path: Path, origin: str, wrong: str) -> str:
    return (
        f"{storage.called(path)} {wrong}. Restore it from a backup, or delete the "
        f"folder {storage.called(path.parent)} and run again to read {origin} anew."
    )


def stamp_after(known: Kept | None) -> str:
    """The moment in UTC, and later than that of the version before, should the clock have jumped back."""
    moment = datetime.now(UTC)
    if known is not None:
        moment = max(moment, kept_at(known) + timedelta(microseconds=1))
    return moment.strftime(_STAMP)


def kept_at(kept: Kept) -> datetime:
    """When a version was kept, from its name."""
    stamp = kept.path.name.removeprefix("v=").partition("_")[0]
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
