"""What a database's catalogue says of a table's columns: types, and the constraints that are controls."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import ReflectedUniqueConstraint

from revrecon.sources.live.contract import Column

_CHOICES = re.compile(r"'((?:[^']|'')*)'")


def described(inspector: sa.Inspector, table: str, schema: str | None) -> list[Column]:
    """The columns of a table or view; NOT NULL, UNIQUE, foreign keys and CHECK ... IN lists are told."""
    alone = {one["column_names"][0] for one in _unique(inspector, table, schema) if len(one["column_names"]) == 1}
    primary = inspector.get_pk_constraint(table, schema)["constrained_columns"]
    targets = {
        key["constrained_columns"][0]: key["referred_table"]
        for key in inspector.get_foreign_keys(table, schema)
        if len(key["constrained_columns"]) == 1
    }
    checks = [str(one["sqltext"]) for one in inspector.get_check_constraints(table, schema)]
    return [
        Column(
            name=str(column["name"]),
            type="reference" if column["name"] in targets else _kind(column["type"]),
            title=str(column.get("comment") or ""),
            required=not column["nullable"] and column.get("default") is None,
            unique=column["name"] in alone or primary == [column["name"]],
            values=_allowed(str(column["name"]), checks),
            points_to=targets.get(column["name"]),
        )
        for column in inspector.get_columns(table, schema)
    ]


def _unique(inspector: sa.Inspector, table: str, schema: str | None) -> list[ReflectedUniqueConstraint]:
    return inspector.get_unique_constraints(table, schema)


def _kind(type_: sa.types.TypeEngine[Any]) -> str:
    kinds = (
        (sa.Boolean, "boolean"), (sa.Integer, "integer"), (sa.Numeric, "number"), (sa.DateTime, "timestamp"),
        (sa.Date, "date"),
    )  # fmt: skip
    return next((name for kind, name in kinds if isinstance(type_, kind)), "text")


def _allowed(column: str, checks: list[str]) -> tuple[str, ...]:
    """The values of a CHECK that lists them for this one column."""
    for check in checks:
        named = re.match(rf'^\W*"?{re.escape(column)}"?(::\w+)?\W*(IN|=\s*ANY)\b', check, re.IGNORECASE)
        if named:
            return tuple(one.replace("''", "'") for one in _CHOICES.findall(check))
    return ()
