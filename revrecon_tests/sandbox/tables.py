"""Rows in a database in memory, for stand-ins whose systems are asked in a language like SQL."""

import sqlite3
from collections.abc import Sequence

from revrecon_tests.sandbox.base import Row


class Tables:
    """Tables that grow the columns they are given; `keys` are whole numbers where `numbered`."""

    def __init__(self, key: str, numbered: bool = False) -> None:
        self.key = key
        self._type = "INTEGER" if numbered else "TEXT"
        self.database = sqlite3.connect(":memory:", check_same_thread=False)
        self.database.row_factory = sqlite3.Row

    def names(self) -> list[str]:
        return [row[0] for row in self.database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]

    def columns(self, table: str) -> list[str]:
        return [row[1] for row in self.database.execute(f'PRAGMA table_info("{table}")')]

    def put(self, table: str, row: Row) -> None:
        known = self.columns(table)
        if not known:
            self.database.execute(f'CREATE TABLE "{table}" ("{self.key}" {self._type} PRIMARY KEY)')
            known = [self.key]
        for name in [name for name in row if name not in known]:
            self.database.execute(f'ALTER TABLE "{table}" ADD COLUMN "{name}" TEXT')
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        self.database.execute(f'INSERT OR REPLACE INTO "{table}" ({names}) VALUES ({marks})', list(row.values()))

    def update(self, table: str, key: str, **values: str | None) -> None:
        told = ", ".join(f'"{name}" = ?' for name in values)
        self.database.execute(f'UPDATE "{table}" SET {told} WHERE "{self.key}" = ?', [*values.values(), key])

    def delete(self, table: str, key: str) -> None:
        self.database.execute(f'DELETE FROM "{table}" WHERE "{self.key}" = ?', [key])

    def drop_column(self, table: str, name: str) -> None:
        self.database.execute(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')

    def select(self, question: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of a question. Raises UnknownColumn."""
        try:
            return [dict(row) for row in self.database.execute(question, values)]
        except sqlite3.OperationalError as error:
            raise UnknownColumn(str(error)) from error


class UnknownColumn(Exception):
    """A question names what is not there."""
