"""Databases take changes: one transaction for a batch, in which every row is looked at under lock before it is set."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from revrecon.entity_map.connectors import SqlSettings
from revrecon.sources.contract import NobodyKnows, SourceUnreachable
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.wire import safe
from revrecon.sources.live.writing import Key, Put, Writable, in_groups
from revrecon.sources.sql.client import SqlDatabase, key_values, text_of

_MOST = 500
_TRUTHS = {"true": True, "t": True, "1": True, "yes": True, "false": False, "f": False, "0": False, "no": False}


class SqlWriter(SqlDatabase):
    """One database, by the login that may write."""

    rights = (
        "SELECT on the tables of write_back and UPDATE on its columns alone: GRANT UPDATE (column, ...) ON table; "
        "SELECT ... FOR UPDATE needs it on at least one column."
    )

    def __init__(self, name: str, settings: SqlSettings, at_once: int | None) -> None:
        super().__init__(name, settings)
        self.at_once = min(at_once or _MOST, _MOST)

    def target(self) -> str:
        self.greet()
        bare = self._engine.url.set(username=None, password=None, query={})
        return bare.set(drivername=self._engine.dialect.name).render_as_string(hide_password=True)

    def writable(self, asked: Asked) -> Mapping[str, Writable]:
        return {column.name: Writable(column.type) for column in self.columns(asked)}

    def present(self, asked: Asked, keys: Sequence[Key]) -> dict[Key, dict[str, str | None]]:
        table = self._table(asked)
        found: dict[Key, dict[str, str | None]] = {}
        with self._connected() as connection:
            for group in in_groups(keys, _MOST):
                found |= _held(connection, table, asked, group)
        return found

    def put(self, asked: Asked, records: Sequence[Put]) -> dict[Key, str]:
        table = self._table(asked)
        try:
            with self._connected() as connection:
                _begun(connection)
                refused = {one.key: why for one in records if (why := _set(connection, table, asked, one))}
                connection.commit()
        except SourceUnreachable as error:
            raise NobodyKnows(f"{self.name} was told to change something, and nobody knows whether it did.") from error
        return refused


def _begun(connection: sa.Connection) -> None:
    """SQLite locks the file at once; others lock the rows as they are looked at."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA busy_timeout = 30000")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _is(table: sa.Table, asked: Asked, key: Key) -> sa.ColumnElement[bool]:
    told = zip(asked.key, key_values(table, asked, key), strict=True)
    return sa.and_(*(table.c[name] == value for name, value in told))


def _question(table: sa.Table, asked: Asked, where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    names = dict.fromkeys((*asked.key, *asked.columns))
    question = sa.select(*(table.c[name] for name in names)).where(where)
    return question.where(sa.text(f"({asked.only})")) if asked.only else question


def _held(
    connection: sa.Connection, table: sa.Table, asked: Asked, keys: Sequence[Key], lock: bool = False
) -> dict[Key, dict[str, str | None]]:
    question = _question(table, asked, sa.or_(*(_is(table, asked, key) for key in keys)))
    rows = connection.execute(question.with_for_update() if lock else question).mappings()
    return {
        tuple(text_of(row[name]) or "" for name in asked.key): {name: text_of(row[name]) for name in asked.columns}
        for row in rows
    }


def _set(connection: sa.Connection, table: sa.Table, asked: Asked, one: Put) -> str:
    """Set one row, if it still holds what it did; why it was not set, or nothing."""
    held = _held(connection, table, asked, [one.key], lock=True).get(one.key)
    if held is None or any(held[name] != value for name, value in one.before.items()):
        return "it was changed at this very moment"
    try:
        with connection.begin_nested():
            values = {name: _native(table.c[name], value) for name, value in one.after.items()}
            connection.execute(table.update().where(_is(table, asked, one.key)).values(values))
    except (exc.OperationalError, exc.InterfaceError):
        raise
    except (exc.StatementError, ValueError) as refused:
        return safe(getattr(refused, "orig", None) or refused)
    return ""


def _native(column: sa.Column[Any], text: str | None) -> object:
    """A text as a column holds it. Raises ValueError for what is none of its kind."""
    if text is None:
        return None
    kind = _python_type(column)
    if kind is bool:
        if text.casefold() not in _TRUTHS:
            raise ValueError(f"'{text}' is neither true nor false")
        return _TRUTHS[text.casefold()]
    readers: dict[type, Callable[[str], object]] = {
        int: int, Decimal: _decimal, float: float, datetime: datetime.fromisoformat, date: date.fromisoformat,
    }  # fmt: skip
    return readers.get(kind, str)(text)


def _python_type(column: sa.Column[Any]) -> type:
    """The type of a column's values; text for one that SQLAlchemy has no word for."""
    try:
        return column.type.python_type
    except NotImplementedError:
        return str


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError as error:
        raise ValueError(f"'{text}' is no number") from error
