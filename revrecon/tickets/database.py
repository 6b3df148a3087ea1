"""The database of the ledger: opened with its tables, written by one at a time, its troubles told in sentences."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from revrecon.tickets import ledger_tables, trail

_SYNCHRONOUS = "EXTRA"
_TURN = 20260302
"""The name of PostgreSQL's lock under which tables are made."""
AT_ONCE = 400
"""How many rows are asked for at once: SQLite takes some thousand values in a statement."""


class LedgerTrouble(Exception):
    """The ledger cannot be read or written."""


def open_engine(url: str) -> sa.Engine:
    """An engine on the ledger, its tables made if they are not there; a SQLite file is readable by its owner only.

    Whatever is done with it raises LedgerTrouble where the database is gone, full, locked or damaged. No connection
    outlives what is done over it, so that a server is left none however many engines there were.
    """
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    sa.event.listen(engine, "handle_error", _raise_plainly)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _wait_for_the_disk)
        path = Path(str(engine.url.database))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT, 0o600))
    make_tables(engine, ledger_tables.schema)
    make_tables(engine, trail.schema)
    return engine


def _wait_for_the_disk(connection: sqlite3.Connection, _: object) -> None:
    """What was committed stays committed after a power cut: SQLite's own level may take the last commit back."""
    connection.execute(f"PRAGMA synchronous = {_SYNCHRONOUS}")


def make_tables(engine: sa.Engine, schema: sa.MetaData) -> None:
    """Make tables that are not there with all that guards them, or nothing: whoever is killed in between leaves no
    half, and of two that begin at the same time one waits."""
    if set(schema.tables) <= set(sa.inspect(engine).get_table_names()):
        return
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_TURN})"))
        schema.create_all(connection)


_NEXT_STEPS = {
    "full": "Make room on the disk, and run again.",
    "I/O": "Look at the disk: is it full or broken? Then run again.",
    "readonly": "Give the right to write to it, and run again.",
    "locked": "Another process holds it: wait until that has ended, and run again.",
    "malformed": "Restore it from a backup, and run the days since then again.",
    "not a database": "Restore it from a backup, and run the days since then again.",
}


def _raise_plainly(context: sa.engine.ExceptionContext) -> None:
    """What is wrong with the database itself, as a sentence. Raises LedgerTrouble."""
    if type(context.sqlalchemy_exception) not in (sa.exc.OperationalError, sa.exc.DatabaseError):
        return
    said = str(context.original_exception).strip()
    where = context.engine.url.render_as_string(hide_password=True) if context.engine else "of REVRECON_LEDGER_URL"
    step = next((step for sign, step in _NEXT_STEPS.items() if sign in said), "Is it there, and its address right?")
    raise LedgerTrouble(f"The ledger {where} cannot be used ({said}). {step}") from context.original_exception


@contextmanager
def writing(engine: sa.Engine, table: sa.Table | None = None) -> Iterator[sa.Connection]:
    """One transaction that takes the write lock at once, so that two writers queue and never deadlock.

    SQLite locks the ledger, PostgreSQL the table if one is named.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA busy_timeout = 30000")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        if engine.dialect.name == "postgresql" and table is not None:
            connection.execute(sa.text(f"LOCK TABLE {table.name} IN EXCLUSIVE MODE"))
        yield connection
        connection.commit()


def known_of(connection: sa.Connection, column: sa.Column[str], values: Sequence[str]) -> set[str]:
    """Which of many values a column holds."""
    found: set[str] = set()
    for start in range(0, len(values), AT_ONCE):
        query = sa.select(column).where(column.in_(values[start : start + AT_ONCE]))
        found |= set(connection.execute(query).scalars())
    return found
