"""SQL: constraints on the tables of a database, in standard words that PostgreSQL takes.

`NOT VALID` lets a constraint hold for new rows while old ones are still cleaned; `VALIDATE CONSTRAINT` makes it whole.
"""

from collections.abc import Sequence

from revrecon.quality.controls.wanted import Control


def sql_files(controls: Sequence[Control]) -> tuple[dict[str, str], list[Control]]:
    """`OBJECT.sql` by path: every rule has a constraint, so nothing is left out."""
    tables: dict[str, list[str]] = {}
    for one in controls:
        tables.setdefault(one.object, []).append(f"-- {one.text}\n{constraint(one)};\n")
    return {f"{table}.sql": "\n".join(statements) for table, statements in tables.items()}, []


def constraint(one: Control, waits: bool = True) -> str:
    """One ALTER TABLE. With `waits`, rows that are there already are not looked at."""
    added = f"ALTER TABLE {_name(one.object)} ADD CONSTRAINT {_name(one.name.lower())}"
    later = " NOT VALID" if waits else ""
    if one.kind == "unique":
        return f"{added} UNIQUE ({_name(one.column)})"
    if one.kind == "reference":
        return f"{added} FOREIGN KEY ({_name(one.column)}) REFERENCES {_name(one.target)}{later}"
    return f"{added} CHECK ({condition(one)}){later}"


def condition(one: Control) -> str:
    """What must hold of a row; an empty value passes where the column need not be filled."""
    column = _name(one.column)
    filled = f"{column} IS NOT NULL" + (f" AND trim({column}) <> ''" if one.field_type == "text" else "")
    conditions = {
        "required": filled,
        "allowed": f"{column} IN ({', '.join(map(_text, one.values))})",
        "at_least": f"{column} >= {one.limit:g}" if one.limit is not None else "",
        "at_most": f"{column} <= {one.limit:g}" if one.limit is not None else "",
        "pattern": f"{column} ~ {_text(one.pattern)}",
    }
    return conditions[one.kind]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
