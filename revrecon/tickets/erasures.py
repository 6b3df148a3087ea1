"""Erasing a person from the ledger, and the register that tells of it without telling whom."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from revrecon.history.erased import ErasedFile
from revrecon.history.pseudonyms import Pseudonyms
from revrecon.tickets.database import make_tables, open_engine, writing
from revrecon.tickets.erased_bodies import ERASED_BODIES, Chained, erased_bodies, rewritten
from revrecon.tickets.erased_bodies import schema as bodies_schema
from revrecon.tickets.erased_bodies import told as body_told
from revrecon.tickets.figure_tables import only_added_to
from revrecon.tickets.trail import Register, link, link_erased, trail_links, trail_salts, watch

_schema = sa.MetaData()

erasures = sa.Table(
    "erasures",
    _schema,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("at", sa.String, nullable=False),  # ISO 8601, UTC
    sa.Column("by", sa.String, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("pseudonyms", sa.Text, nullable=False),  # as JSON: what stands there now
    sa.Column("files", sa.Text, nullable=False),  # as JSON: path, rows and checksums before and after
    sa.Column("rows", sa.Text, nullable=False),  # as JSON: rows of the ledger by table
)
only_added_to(erasures, "erasures are only ever added to")
ERASURES = Register(erasures, "erasure")

_OF_THE_TRAIL = (trail_links.name, trail_salts.name, erasures.name, erased_bodies.name)


Row = Mapping[str, object]
Changes = tuple[sa.Table, list[tuple[Row, Row]]]
"""A table, and its rows that change, before and after."""


@dataclass(frozen=True)
class Erasure:
    """An erasure as it is remembered: never the data."""

    id: str
    at: str
    by: str
    why: str
    pseudonyms: tuple[str, ...]
    files: tuple[ErasedFile, ...]


class ErasureRegister:
    """Every erasure that was ever done."""

    def __init__(self, url: str, chained: Sequence[Chained] = ()) -> None:
        """`chained`: tables with a chain of their own, and how a person is erased from them."""
        self.engine, self.chained = open_engine(url), chained
        make_tables(self.engine, _schema)
        make_tables(self.engine, bodies_schema)
        watch(self.engine, ERASURES)
        watch(self.engine, ERASED_BODIES)

    def rows_with(self, pseudonyms: Pseudonyms) -> dict[str, int]:
        """How many rows of each table of the ledger would change."""
        with self.engine.connect() as connection:
            found = {name: len(rows) for name, (_, rows) in self._changes(connection, pseudonyms).items()}
            found |= {one.table.name: len(rewritten(connection, one, pseudonyms)) for one in self.chained}
        return {name: count for name, count in found.items() if count}

    def erase(self, told: Erasure, pseudonyms: Pseudonyms, watched: Sequence[Register]) -> dict[str, int]:
        """Replace a person in every table and write the erasure down, all or nothing; rows that changed by table.

        Rows in the audit trail get a new link each, those with a chain of their own an entry in the register of erased
        bodies, and what they said before can no longer be tried out.
        """
        registers = {register.name: register for register in watched}
        with writing(self.engine) as connection:
            changes = {name: told for name, told in self._changes(connection, pseudonyms).items() if told[1]}
            for table, rows in changes.values():
                with refusal_lifted(connection, table):
                    _rewrite(connection, table, rows)
            for name in changes.keys() & registers.keys():
                link_erased(connection, registers[name], [new for _, new in changes[name][1]])
            counts = {name: len(rows) for name, (_, rows) in changes.items()}
            for chained in self.chained:
                if count := _rewrite_bodies(connection, chained, told.id, pseudonyms):
                    counts[chained.table.name] = count
            row = _row(told, counts)
            connection.execute(erasures.insert(), row)
            link(connection, ERASURES, [row])
        return counts

    def _changes(self, connection: sa.Connection, pseudonyms: Pseudonyms) -> dict[str, Changes]:
        return _changes(connection, pseudonyms, (*_OF_THE_TRAIL, *(one.table.name for one in self.chained)))

    def all(self) -> list[Erasure]:
        """Every erasure, the first one first."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(erasures).order_by(erasures.c.at, erasures.c.id)).mappings()
            return [_erasure(row) for row in rows]


def _changes(connection: sa.Connection, pseudonyms: Pseudonyms, left_out: Sequence[str]) -> dict[str, Changes]:
    """Per table of the ledger the rows that change, before and after."""
    known = sa.MetaData()
    known.reflect(connection)
    found: dict[str, Changes] = {}
    for table in known.sorted_tables:
        if table.name not in left_out:
            pairs = ((dict(row), _without(row, pseudonyms)) for row in connection.execute(sa.select(table)).mappings())
            found[table.name] = (table, [(old, new) for old, new in pairs if old != new])
    return found


def _without(row: sa.RowMapping, pseudonyms: Pseudonyms) -> Row:
    return {name: pseudonyms.text(value) if isinstance(value, str) else value for name, value in row.items()}


def _rewrite(connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[Row, Row]]) -> None:
    for old, new in rows:
        here = sa.and_(*(column == old[column.name] for column in table.primary_key.columns))
        changed = {name: value for name, value in new.items() if value != old[name]}
        connection.execute(table.update().where(here).values(changed))


def _rewrite_bodies(connection: sa.Connection, chained: Chained, erasure: str, pseudonyms: Pseudonyms) -> int:
    """Write rows with a chain of their own anew, and tell of it in the register; how many."""
    fresh = rewritten(connection, chained, pseudonyms)
    if not fresh:
        return 0
    with refusal_lifted(connection, chained.table):
        for one in fresh:
            connection.execute(chained.table.update().where(chained.table.c.place == one.place).values(dict(one.row)))
    rows = [body_told(erasure, chained, one) for one in fresh]
    connection.execute(erased_bodies.insert(), rows)
    link(connection, ERASED_BODIES, rows)
    return len(fresh)


@contextmanager
def refusal_lifted(connection: sa.Connection, table: sa.Table) -> Iterator[None]:
    """Let rows of a table be changed within the block, which is one transaction, and refuse it again."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER'))
        yield
        connection.execute(sa.text(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER'))
        return
    asked = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    triggers = [tuple(row) for row in connection.execute(asked, {"table": table.name})]
    for name, _ in triggers:
        connection.execute(sa.text(f'DROP TRIGGER "{name}"'))
    yield
    for _, statement in triggers:
        connection.exec_driver_sql(statement)


def _row(told: Erasure, counts: Mapping[str, int]) -> dict[str, object]:
    files = [file.__dict__ for file in told.files]
    return {
        "id": told.id, "at": told.at, "by": told.by, "why": told.why, "pseudonyms": json.dumps(list(told.pseudonyms)),
        "files": json.dumps(files), "rows": json.dumps(dict(counts)),
    }  # fmt: skip


def _erasure(row: sa.RowMapping) -> Erasure:
    files = tuple(ErasedFile(**file) for file in json.loads(row["files"]))
    return Erasure(row["id"], row["at"], row["by"], row["why"], tuple(json.loads(row["pseudonyms"])), files)
