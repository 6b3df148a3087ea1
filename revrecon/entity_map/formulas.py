"""The map's formulas: scalar SQL expressions over field names, checked before they run and run locked in.

The dialect is DuckDB's. A formula sees the columns of one frame and nothing else: no tables, files, settings,
aggregates or windows. Errors are `FormulaError`, one sentence each.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from threading import local

import duckdb
import polars as pl
import sqlglot
from sqlglot import expressions as exp
from sqlglot.errors import ParseError, SqlglotError

from revrecon.entity_map.entities import FieldType

FIELD_TYPES: dict[FieldType, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "decimal": pl.Decimal(18, 4),
    "money": pl.Decimal(18, 2),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us", "UTC"),
    "reference": pl.String(),
}
"""How each field type of the map is held in a frame."""

_SQL_TYPES: dict[FieldType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,4)",
    "money": "DECIMAL(18,2)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "reference": "VARCHAR",
}

_WITHOUT_BOUND = (exp.GenerateSeries, exp.Repeat, exp.Space, exp.Lambda)
_WIDEST = 1_000
_WIDE = re.compile(r"\{[^}]*?\d{4,}")
_MORE_THAN_A_RECORD = (exp.Query, exp.Subquery, exp.Window, exp.AggFunc, exp.Star, exp.Columns, exp.UDTF)
_FROM_OUTSIDE = (exp.Placeholder, exp.Parameter)
_NEVER_THE_SAME_TWICE = frozenset(
    "currentdate currentdatetime currenttime currenttimestamp currenttimestampltz localtime localtimestamp "
    "currentuser sessionuser currentcatalog currentdatabase currentschema currentschemas currentversion "
    "rand randn randstr uuid utcdate utctime utctimestamp".split()
)
_MORE_FUNCTIONS = frozenset(
    "to_days to_months to_years to_hours last_day make_date strptime strftime list_contains regexp_matches "
    "regexp_extract regexp_replace contains starts_with ends_with strip_accents format md5 fdiv isfinite "
    "isnan even trunc date_diff date_part epoch_ms to_timestamp try_strptime suffix prefix".split()
)


class FormulaError(Exception):
    """A formula cannot be understood, reaches for more than one record, or names what is not there."""


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET threads = 1")  # a frame comes as one piece, which more threads only wait for: 2.7 to 1.6 ms
    connection.execute("SET enable_external_access = false")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET lock_configuration = true")
    return connection


_here = local()


def _cursor() -> duckdb.DuckDBPyConnection:
    """This thread's cursor on the engine: making and closing one costs a third of a small formula."""
    if not hasattr(_here, "cursor"):
        _here.cursor = _engine().cursor()
    cursor: duckdb.DuckDBPyConnection = _here.cursor
    return cursor


@lru_cache(maxsize=4096)
def _parsed(sql: str) -> exp.Expression:
    try:
        return _checked(sql, sqlglot.parse(f"SELECT ({sql}\n) AS value", dialect="duckdb"))
    except SqlglotError as error:
        raise FormulaError(f"'{sql}' is no SQL expression: {_reason(error)}") from error
    except RecursionError:
        raise FormulaError(f"'{sql[:60]} …' is nested too deeply; write it with fewer brackets") from None


def _checked(sql: str, statements: Sequence[exp.Expr | None]) -> exp.Expression:
    select = statements[0] if len(statements) == 1 else None
    if not isinstance(select, exp.Select) or len(select.expressions) != 1 or set(_clauses(select)) - {"expressions"}:
        raise FormulaError(f"'{sql}' is more than one scalar expression")
    inner: exp.Expression = select.expressions[0]
    _refuse_more_than_a_record(sql, inner)
    return inner


def _reason(error: SqlglotError) -> str:
    if not isinstance(error, ParseError):
        return "a quote is opened and not closed"
    where = str(error.errors[0].get("highlight", "")) if error.errors else ""
    if where == "value":  # the name that follows the closing bracket of _parsed
        return "a bracket is opened and not closed"
    return "it is not complete, or has a bracket too many" if where in ("", ")") else f"it goes wrong near '{where}'"


def _clauses(select: exp.Expression) -> list[str]:
    return [name for name, value in select.args.items() if value]


def _refuse_more_than_a_record(sql: str, inner: exp.Expression) -> None:
    for node in inner.walk():
        if isinstance(node, (*_MORE_THAN_A_RECORD, *_FROM_OUTSIDE)):
            raise FormulaError(f"'{sql}' reaches beyond one record ({node.key}); a formula may only use its fields")
        _refuse_without_bound(sql, node)
        if node.key in _NEVER_THE_SAME_TWICE:
            raise FormulaError(f"'{sql}' gives another answer on every run ({node.key}); use dates such as as_of")
        if isinstance(node, exp.Anonymous) and node.name.lower() not in _MORE_FUNCTIONS:
            raise FormulaError(f"'{sql}' calls '{node.name}', which formulas may not use")


def _refuse_without_bound(sql: str, node: exp.Expr) -> None:
    """A value of one record has the size of a record: nothing makes a thousand million letters of one."""
    pads = isinstance(node, exp.Pad) and not _is_narrow(node.expression)
    formats = isinstance(node, exp.Format) and _WIDE.search(node.sql()) is not None
    if isinstance(node, _WITHOUT_BOUND) or pads or formats:
        raise FormulaError(f"'{sql}' can grow without bound ({node.key}); write what it means without that")


def _is_narrow(width: exp.Expr | None) -> bool:
    return isinstance(width, exp.Literal) and width.name.isdigit() and int(width.name) <= _WIDEST


def columns_in(sql: str) -> frozenset[str]:
    """The field or column names that a formula uses. Raises FormulaError for anything but a scalar expression."""
    return frozenset(column.name for column in _parsed(sql).find_all(exp.Column))


def type_of(sql: str, fields: Mapping[str, FieldType]) -> str:
    """DuckDB's type of a formula over fields of the given types. Raises FormulaError where it makes no sense."""
    unknown = sorted(columns_in(sql) - set(fields))
    if unknown:
        raise FormulaError(f"'{sql}' uses '{unknown[0]}', which is no field here")
    columns = ", ".join(f'NULL::{_SQL_TYPES[kind]} AS "{name}"' for name, kind in fields.items()) or "NULL AS nothing"
    try:
        relation = _cursor().sql(f"SELECT ({sql}\n) AS value FROM (SELECT {columns})")
        return str(relation.types[0])
    except duckdb.Error as error:
        raise FormulaError(f"'{sql}' does not work: {str(error).splitlines()[0]}") from error


def evaluate(frame: pl.DataFrame, formulas: Mapping[str, str]) -> pl.DataFrame:
    """One column per formula, in the frame's row order, under the formulas' names.

    Raises FormulaError when a formula names a column that the frame does not have or fails on a value.
    """
    if not formulas:
        return pl.DataFrame()
    for sql in formulas.values():
        columns_in(sql)
    numbers = [f'({sql}\n) AS "{number}"' for number, sql in enumerate(formulas.values())]
    try:  # a relation of its own: registering a name and taking it back costs a third of a small formula
        records = _cursor().from_arrow(_only_used(frame, formulas).to_arrow())
        result = records.project(", ".join(numbers)).pl()
    except duckdb.Error as error:
        raise FormulaError(f"{_likely(formulas, error)} failed: {str(error).splitlines()[0]}") from error
    return result.rename({str(number): name for number, name in enumerate(formulas)})


def _only_used(frame: pl.DataFrame, formulas: Mapping[str, str]) -> pl.DataFrame:
    """The frame with no other columns than those that the formulas name (in any case), and one at least for its rows.

    Handing columns to the engine costs a copy of each.
    """
    named = {column.casefold() for sql in formulas.values() for column in columns_in(sql)}
    used = [column for column in frame.columns if column.casefold() in named]
    return (
        frame.select(used)
        if used
        else pl.repeat(0, frame.height, dtype=pl.UInt8, eager=True).alias("_nothing").to_frame()
    )


def _likely(formulas: Mapping[str, str], error: duckdb.Error) -> str:
    if len(formulas) == 1:
        return f"the formula '{next(iter(formulas.values()))}'"
    named = [sql for sql in formulas.values() if any(name in str(error) for name in columns_in(sql))]
    return f"the formula '{named[0]}'" if len(named) == 1 else f"one of {len(formulas)} formulas"


def holds(frame: pl.DataFrame, conditions: Mapping[str, str]) -> pl.DataFrame:
    """One Boolean column per named condition; an unknown answer counts as no."""
    return evaluate(frame, {name: f"coalesce(({sql}), false)" for name, sql in conditions.items()})
