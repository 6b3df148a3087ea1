"""The audit trail: one chain over every act that the ledger keeps, so that who decided what and when can be defended.

Each kept row has a link: the digest over the row, and the digest of the link before. The digest over a row is salted,
and the salts lie beside the chain: where a person is erased from a row, its salt is forgotten and a link of the new
digest is put behind the chain, so that the chain holds and nobody can find out by trying what the row once said.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

import sqlalchemy as sa

from revrecon.tickets.chain import FIRST
from revrecon.tickets.figure_tables import only_added_to

Deed = Literal["opened", "found", "kept", "erased"]
"""A register began to be watched; a row was there before that; a row was written; a person was erased from a row."""

schema = sa.MetaData()

trail_links = sa.Table(
    "trail_links",
    schema,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String, nullable=False),  # ISO 8601, UTC
    sa.Column("register", sa.String, nullable=False),  # the table
    sa.Column("row", sa.String, nullable=False),  # the id of the row in it
    sa.Column("deed", sa.String, nullable=False),
    sa.Column("content_sha256", sa.String, nullable=False),
    sa.Column("previous_sha256", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Index("trail_by_row", "register", "row"),
)
trail_salts = sa.Table(
    "trail_salts",
    schema,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("salt", sa.String, nullable=False),
)
only_added_to(trail_links, "the audit trail is only ever added to")


@dataclass(frozen=True)
class Register:
    """A table whose rows stand in the trail by their column `id`, and what one of them is called."""

    table: sa.Table
    called: str

    @property
    def name(self) -> str:
        return self.table.name


@dataclass(frozen=True)
class Link:
    """One link of the chain."""

    place: int
    at: str
    register: str
    row: str
    deed: str
    content_sha256: str
    previous_sha256: str
    sha256: str

    @property
    def digest(self) -> str:
        """What `sha256` must be."""
        told = (self.place, self.at, self.register, self.row, self.deed, self.content_sha256, self.previous_sha256)
        return _sha256("\x1f".join(map(str, told)))


def row_digest(row: Mapping[str, object], salt: str) -> str:
    """The digest over a row: the same on every database."""
    plain = {name: _plain(value) for name, value in row.items()}
    return _sha256(salt + json.dumps(plain, sort_keys=True, ensure_ascii=False))


def watch(engine: sa.Engine, register: Register) -> None:
    """Have the trail watch a register; rows that an earlier version left there are taken up as they are, once."""
    with engine.connect() as connection:
        if _is_watched(connection, register):
            return
    with engine.connect() as connection:
        _begin(connection)
        if not _is_watched(connection, register):
            rows = connection.execute(sa.select(register.table).order_by(register.table.c.id)).mappings()
            found = [dict(row) for row in rows]
            _put_behind(connection, register, [{"id": "", "rows": len(found)}], "opened")
            _put_behind(connection, register, found, "found")
        connection.commit()


def link(connection: sa.Connection, register: Register, rows: Sequence[Mapping[str, object]]) -> None:
    """Chain rows that were just written, in the transaction that writes them."""
    if rows:
        _lock(connection)
        _put_behind(connection, register, [_whole(register, row) for row in rows], "kept")


def link_erased(connection: sa.Connection, register: Register, rows: Sequence[Mapping[str, object]]) -> None:
    """Chain rows as they are without a person, and forget the salts of what they said before."""
    _lock(connection)
    names = [str(row["id"]) for row in rows]
    here = (trail_links.c.register == register.name) & trail_links.c.row.in_(names)
    places = sa.select(trail_links.c.place).where(here)
    connection.execute(trail_salts.delete().where(trail_salts.c.place.in_(places)))
    _put_behind(connection, register, rows, "erased")


def all_links(connection: sa.Connection) -> list[Link]:
    """The chain, the first link first."""
    return [Link(**row) for row in connection.execute(sa.select(trail_links).order_by(trail_links.c.place)).mappings()]


def salts(connection: sa.Connection) -> dict[int, str]:
    """The salts that are not forgotten, by the place of their link."""
    return {row.place: row.salt for row in connection.execute(sa.select(trail_salts))}


def _is_watched(connection: sa.Connection, register: Register) -> bool:
    opened = (trail_links.c.register == register.name) & (trail_links.c.deed == "opened")
    return connection.execute(sa.select(trail_links.c.place).where(opened).limit(1)).first() is not None


def _put_behind(
    connection: sa.Connection, register: Register, rows: Sequence[Mapping[str, object]], deed: Deed
) -> None:
    place, previous = _end(connection)
    at = datetime.now(UTC).isoformat()
    fresh, salted = [], []
    for number, row in enumerate(rows, place + 1):
        salt = secrets.token_hex(16)
        bare = Link(number, at, register.name, str(row["id"]), deed, row_digest(row, salt), previous, "")
        previous = bare.digest
        fresh.append({**bare.__dict__, "sha256": previous})
        salted.append({"place": number, "salt": salt})
    if fresh:
        connection.execute(trail_links.insert(), fresh)
        connection.execute(trail_salts.insert(), salted)


def _end(connection: sa.Connection) -> tuple[int, str]:
    newest = sa.select(trail_links.c.place, trail_links.c.sha256).order_by(trail_links.c.place.desc()).limit(1)
    row = connection.execute(newest).first()
    return (row.place, row.sha256) if row else (0, FIRST)


def _begin(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA busy_timeout = 30000")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    _lock(connection)


def _lock(connection: sa.Connection) -> None:
    """Two writers queue at the end of the chain; SQLite has locked the whole file by now."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"LOCK TABLE {trail_links.name} IN EXCLUSIVE MODE"))


def _whole(register: Register, row: Mapping[str, object]) -> dict[str, object]:
    """A row as it is read back: every column, null where nothing was given."""
    return {column.name: row.get(column.name) for column in register.table.columns}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
