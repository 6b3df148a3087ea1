"""The client of a database: rows along the key, what changed by a column, and the catalogue's own rules."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy import exc

from revrecon.entity_map.connectors import SqlSettings
from revrecon.sources.contract import RequestRefused, SourceUnreachable
from revrecon.sources.live.contract import Asked, Column, Greeting, Page
from revrecon.sources.live.wire import safe, secret
from revrecon.sources.sql.arrow import ArrowTrouble, arrow_batches, speaks_arrow
from revrecon.sources.sql.catalogue import described


class SqlDatabase:
    """One database, as it is read."""

    cannot_see: tuple[str, ...] = (
        "A row that changed without its changed-at column moving is found only when everything is read again.",
        "Deletions are found by comparing keys: one question for the keys of every object, each day.",
    )
    made_up: frozenset[str] = frozenset()

    def __init__(self, name: str, settings: SqlSettings) -> None:
        self.name = f"{name} (database)"
        self._settings = settings

    @cached_property
    def _engine(self) -> sa.Engine:
        try:
            return sa.create_engine(secret(self._settings.url_env), poolclass=sa.NullPool)
        except (exc.ArgumentError, exc.NoSuchModuleError, ImportError) as error:
            raise RequestRefused(
                f"{self.name}: the address in {self._settings.url_env} cannot be used ({type(error).__name__}). "
                "Write it as dialect://user:password@host/database, and install the dialect's driver."
            ) from error

    def greet(self) -> Greeting:
        with self._connected() as connection:
            connection.execute(sa.text("SELECT 1"))
        return Greeting(f"{self._engine.dialect.name} as {self._engine.url.username or 'nobody'}")

    def pages(self, asked: Asked, after: str | None = None) -> Iterator[Page]:
        table = self._table(asked)
        question = _question(table, asked, after)
        with self._troubles():
            if speaks_arrow(self._engine):
                batches = arrow_batches(
                    self._engine, question, [table.c[name] for name in asked.columns], self._settings.rows_at_once
                )
            else:
                batches = self._batches(question, asked)
            for rows in batches:
                yield Page(rows, _last_key(rows, asked))
            yield Page(pl.DataFrame(schema=dict.fromkeys(asked.columns, pl.String)), None)

    def count(self, asked: Asked) -> int | None:
        table = self._table(asked)
        question = _where(sa.select(sa.func.count()).select_from(table), asked)
        with self._connected() as connection:
            return int(connection.execute(question).scalar_one())

    def keys(self, asked: Asked) -> pl.Series | None:
        table = self._table(asked)
        question = _where(sa.select(*(table.c[name] for name in asked.key)), asked)
        with self._connected() as connection:
            rows = connection.execution_options(yield_per=self._settings.rows_at_once).execute(question)
            return pl.Series(["|".join(text_of(value) or "" for value in row) for row in rows], dtype=pl.String)

    def columns(self, asked: Asked) -> list[Column]:
        with self._troubles():
            return described(sa.inspect(self._engine), *_named(asked.table))

    def rules(self, asked: Asked) -> frozenset[str] | None:
        """CHECK constraints by their names, which begin with the object's."""
        name, schema = _named(asked.table)
        with self._troubles(asked.table):
            found = sa.inspect(self._engine).get_check_constraints(name, schema)
        names = [str(one["name"] or "").casefold() for one in found]
        return frozenset(one.removeprefix(f"{asked.object.casefold()}_") for one in names)

    def tables(self) -> list[str] | None:
        with self._troubles():
            found = sa.inspect(self._engine)
            return sorted([*found.get_table_names(), *found.get_view_names()])

    def moment(self, text: str) -> datetime:
        if text.replace(".", "", 1).isdigit():
            return datetime.fromtimestamp(float(text), UTC)
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

    def _batches(self, question: sa.Select[Any], asked: Asked) -> Iterator[pl.DataFrame]:
        with self._connected() as connection:
            streamed = connection.execution_options(yield_per=self._settings.rows_at_once).execute(question)
            for rows in streamed.partitions():
                yield _frame(rows, asked)

    def _table(self, asked: Asked) -> sa.Table:
        schema, name = _named(asked.table)[::-1]
        with self._troubles(asked.table):
            table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=self._engine)
        missing = [column for column in asked.columns if column not in table.c]
        if missing:
            raise RequestRefused(
                f"{self.name}: {asked.table} has no column {', '.join(missing)}; it has "
                f"{', '.join(table.c.keys()[:30])}. Correct the map: revrecon doctor shows all of it."
            )
        return table

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        with self._troubles(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _troubles(self, table: str = "") -> Iterator[None]:
        try:
            yield
        except exc.NoSuchTableError as error:
            raise RequestRefused(
                f"{self.name} has no table {table or safe(error)}. Correct the object's `table`."
            ) from error
        except (exc.OperationalError, exc.InterfaceError) as error:
            raise SourceUnreachable(f"{self.name} did not answer ({safe(error.orig)}).") from error
        except ArrowTrouble as trouble:
            if not trouble.answered:
                raise SourceUnreachable(f"{self.name} did not answer ({safe(trouble)}).") from trouble
            raise RequestRefused(f"{self.name} refused a question ({safe(trouble)}).") from trouble
        except exc.SQLAlchemyError as error:
            raise RequestRefused(f"{self.name} refused a question ({safe(getattr(error, 'orig', error))}).") from error


def _question(table: sa.Table, asked: Asked, after: str | None) -> sa.Select[Any]:
    """Rows in the order of the key, from where an earlier page ended."""
    key = [table.c[name] for name in asked.key]
    question = _where(sa.select(*(table.c[name] for name in asked.columns)), asked)
    if asked.since is not None and asked.changed:
        question = question.where(table.c[asked.changed] >= _as_stored(table.c[asked.changed], asked.since))
    if after is not None:
        question = question.where(_beyond(key, json.loads(after)))
    return question.order_by(*key)


def _where(question: sa.Select[Any], asked: Asked) -> sa.Select[Any]:
    return question.where(sa.text(f"({asked.only})")) if asked.only else question


def _beyond(key: list[sa.Column[Any]], last: list[str]) -> sa.ColumnElement[bool]:
    """Past a key of several columns: the first differs, or is the same and the rest is past."""
    first, value = key[0], _typed(key[0], last[0])
    if len(key) == 1:
        return first > value
    return sa.or_(first > value, sa.and_(first == value, _beyond(key[1:], last[1:])))


def key_values(table: sa.Table, asked: Asked, key: Sequence[str]) -> list[object]:
    """The parts of a key as the database holds them."""
    return [_typed(table.c[name], text) for name, text in zip(asked.key, key, strict=True)]


def _typed(column: sa.Column[Any], text: str) -> object:
    kind = column.type.python_type
    readers: dict[type, Callable[[str], object]] = {
        int: int, Decimal: Decimal, float: float, datetime: datetime.fromisoformat, date: date.fromisoformat,
    }  # fmt: skip
    return readers.get(kind, str)(text)


def _as_stored(column: sa.Column[Any], moment: datetime) -> object:
    """A moment as a column holds it: with its zone, without (UTC), as epoch seconds, or as ISO text."""
    if isinstance(column.type, sa.DateTime):
        return moment if column.type.timezone else moment.replace(tzinfo=None)
    if isinstance(column.type, sa.Integer | sa.Numeric):
        return int(moment.timestamp())
    return moment.date() if isinstance(column.type, sa.Date) else f"{moment:%Y-%m-%dT%H:%M:%S}"


def _frame(rows: Sequence[Sequence[object]], asked: Asked) -> pl.DataFrame:
    texts = [[text_of(value) for value in row] for row in rows]
    return pl.DataFrame(texts, schema=dict.fromkeys(asked.columns, pl.String), orient="row")


def text_of(value: object) -> str | None:
    """A database's value as text: nothing rounded, moments in ISO form, bytes in hexadecimal."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def _last_key(rows: pl.DataFrame, asked: Asked) -> str | None:
    return json.dumps(list(rows.select(asked.key).row(-1))) if rows.height else None


def _named(table: str) -> tuple[str, str | None]:
    """The table and its schema."""
    schema, _, name = table.rpartition(".")
    return name, schema or None
