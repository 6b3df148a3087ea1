"""Ledgers that need not survive the machine: many times quicker, and otherwise the same."""

import contextlib
import sqlite3

import sqlalchemy as sa


@contextlib.contextmanager
def quick_ledgers():
    """Within, SQLite does not wait for the disk."""

    def hurry(connection, record):
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous = OFF")

    sa.event.listen(sa.Engine, "connect", hurry)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "connect", hurry)
