"""The record of writes in the ledger: only ever added to, each entry chained by hash to the one before."""

import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from revrecon.tickets.chain import Chained, faults
from revrecon.tickets.database import make_tables, open_engine, writing
from revrecon.tickets.erased_bodies import erased_in, is_as_written
from revrecon.tickets.figure_model import sha256_of
from revrecon.tickets.figure_tables import only_added_to
from revrecon.write_back.events import Begun, Entry, Event
from revrecon.write_back.state import Write, after, write_of, writes_of
from revrecon.write_back.trouble import NoSuchWrite, UnderWay

_schema = sa.MetaData()
_FIRST = ""

write_entries = sa.Table(
    "write_entries",
    _schema,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("write", sa.String, nullable=False, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),  # ISO 8601, UTC
    sa.Column("by", sa.String, nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # all of it, as JSON: what is read, and what the chain is made of
    sa.Column("row_sha256", sa.String, nullable=False, unique=True),
)
only_added_to(write_entries, "what was written into systems is only ever added to")


@dataclass(frozen=True)
class Who:
    """Who writes: a person of the map, and the user and machine that it happens on."""

    by: str
    login: str


class WriteRecord:
    """Everything that was ever written into any system. There is no way to change an entry."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self.engine = open_engine(url)
        self.clock = clock
        make_tables(self.engine, _schema)

    def begin(self, begun: Begun, who: Who) -> Write:
        """Keep a plan, before anything is written. Raises UnderWay where a write to the system is not finished."""
        with writing(self.engine, write_entries) as connection:
            other = _unfinished(connection, begun.system)
            if other is not None:
                raise UnderWay(unfinished(other))
            last = _last(connection)
            name = f"WB-{sha256_of(last[1] + self.clock().isoformat() + begun.model_dump_json())[:8]}"
            entry = self._added(connection, name, begun, who, last)
        return write_of([entry])

    def add(self, write: Write, event: Event, who: Who) -> Write:
        """Keep what happened, and the write as it then stands."""
        with writing(self.engine, write_entries) as connection:
            self._added(connection, write.id, event, who, _last(connection))
        return after(write, event)

    def _added(self, connection: sa.Connection, name: str, event: Event, who: Who, last: tuple[int, str]) -> Entry:
        entry = Entry(
            place=last[0] + 1, write=name, at=self.clock(), by=who.by, login=who.login, previous_sha256=last[1],
            salt=secrets.token_hex(16), event=event,
        )  # fmt: skip
        connection.execute(write_entries.insert(), row_of(entry, entry.model_dump_json()))
        return entry

    def all(self) -> list[Write]:
        """Every write, the oldest first."""
        with self.engine.connect() as connection:
            return writes_of(_entries(connection))

    def write(self, name: str) -> Write:
        """A write by its id or the beginning of it. Raises NoSuchWrite."""
        wanted = name if name.casefold().startswith("wb-") else f"WB-{name}"
        query = sa.select(write_entries.c.write).where(write_entries.c.kind == "begun")
        with self.engine.connect() as connection:
            names = connection.execute(query.order_by(write_entries.c.place)).scalars().all()
            found = [one for one in names if one.casefold().startswith(wanted.casefold())]
            if len(found) == 1:
                return write_of(list(_entries(connection, found[0])))
        count = "No write begins" if not found else f"{len(found)} writes begin"
        raise NoSuchWrite(f"{count} with '{name}'. See them all: revrecon write-back list.")

    def unfinished(self, system: str) -> Write | None:
        """The write to a system that is not done and not given up, if there is one."""
        with self.engine.connect() as connection:
            return _unfinished(connection, system)

    def faults(self) -> list[str]:
        """Sentences on every place where the chain of entries does not hold; empty for a record as it was written."""
        query = sa.select(write_entries).order_by(write_entries.c.place)
        with self.engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
            erased = erased_in(connection, write_entries)
        named = [f"Entry {place} ({row['write']}, {row['kind']})" for place, row in enumerate(rows, start=1)]
        links = (_chained(row, erased) for row in rows)
        return list(faults(links, "entry", "the record of writes", lambda place: named[place - 1], _FIRST))


def unfinished(write: Write) -> str:
    """That a write is not finished, and what to do."""
    return (
        f"{write.begun.system}: {write.id} of {write.at:%Y-%m-%d %H:%M} UTC by {write.by} is not finished. Go on with "
        f"it: revrecon write-back resume {write.id}; or write no more of it: revrecon write-back give-up {write.id}."
    )


def _unfinished(connection: sa.Connection, system: str) -> Write | None:
    ended = sa.select(write_entries.c.write).where(write_entries.c.kind == "ended")
    open_ones = sa.select(write_entries.c.write).where(
        write_entries.c.kind == "begun", write_entries.c.write.not_in(ended)
    )
    writes = (write_of(list(_entries(connection, name))) for name in connection.execute(open_ones).scalars().all())
    return next((write for write in writes if write.begun.system == system), None)


def _entries(connection: sa.Connection, write: str | None = None) -> Iterator[Entry]:
    query = sa.select(write_entries.c.body).order_by(write_entries.c.place)
    if write is not None:
        query = query.where(write_entries.c.write == write)
    yield from (Entry.model_validate_json(body) for body in connection.execute(query).scalars())


def _last(connection: sa.Connection) -> tuple[int, str]:
    """The place and the hash of the last entry."""
    query = sa.select(write_entries.c.place, write_entries.c.row_sha256).order_by(write_entries.c.place.desc())
    row = connection.execute(query.limit(1)).first()
    return (row[0], row[1]) if row else (0, _FIRST)


def row_of(entry: Entry, body: str) -> dict[str, object]:
    """A row of the table: the body, its hash, and the columns by which it is found."""
    return {
        "place": entry.place, "write": entry.write, "kind": entry.event.kind, "at": entry.at.isoformat(),
        "by": entry.by, "body": body, "row_sha256": sha256_of(body),
    }  # fmt: skip


def _chained(row: sa.RowMapping, erased: Collection[tuple[int, str, str]]) -> Chained:
    entry = Entry.model_validate_json(row["body"])
    whole = is_as_written(dict(row), row_of(entry, row["body"]), erased)
    return Chained(row["place"], entry.previous_sha256, row["row_sha256"], whole)
