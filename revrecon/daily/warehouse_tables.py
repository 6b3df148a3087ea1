"""What the warehouse holds of the derived tables: only days that are new, changed or gone are read again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from revrecon.daily.layers import SUFFIX, Layered, layered

BUILT_FROM = "built_from"
"""The table that tells which files are in which table: their names, when they were written, and their sizes."""

_MAKE = f"""
CREATE TABLE IF NOT EXISTS main.{BUILT_FROM}
    (made VARCHAR, file VARCHAR, written BIGINT, size BIGINT, PRIMARY KEY (made, file))
"""

State = tuple[int, int]
"""When a file was written, in nanoseconds, and its size in bytes: files are replaced whole, never written into."""
Known = Mapping[str, Mapping[str, State]]
"""Per table, as `schema.table`, the files that are in it, by their names."""


@dataclass(frozen=True)
class Changed:
    """What differs between the files of a table and those that are in it."""

    fresh: tuple[Path, ...]
    leaving: tuple[str, ...]  # names of files whose rows are to leave


def known_files(connection: duckdb.DuckDBPyConnection) -> Known:
    """What a warehouse was built from; of an empty one, nothing."""
    connection.execute(_MAKE)
    found: dict[str, dict[str, State]] = {}
    for made, file, written, size in connection.execute(f"SELECT * FROM main.{BUILT_FROM}").fetchall():
        found.setdefault(made, {})[file] = (written, size)
    return found


def bring_up_to_date(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, files: Sequence[Path], known: Mapping[str, State]
) -> None:
    """Make a table hold the rows of its files, each with its `as_of_day`, reading those alone that changed.

    A day that lacks a column has null there; where a day brings a column that the table lacks, or one of another type,
    the whole table is made again.
    """
    states = {file: _state(file) for file in files}  # looked up before they are read: what is written then is seen next
    what = _changed(states, known)
    if not what.fresh and not what.leaving:
        return
    name, made = f'"{schema}"."{table}"', f"{schema}.{table}"
    if not known or not _fits(connection, name, what.fresh):
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS {_union(files)}")
        _note(connection, made, tuple(known), states)
        return
    if what.leaving:
        days = ", ".join(f"DATE '{Path(file).stem}'" for file in what.leaving)
        connection.execute(f"DELETE FROM {name} WHERE as_of_day IN ({days})")
    if what.fresh:
        connection.execute(f"INSERT INTO {name} BY NAME {_union(what.fresh)}")
    _note(connection, made, what.leaving, {file: states[file] for file in what.fresh})


def drop_others(connection: duckdb.DuckDBPyConnection, known: Known, kept: Sequence[str]) -> None:
    """Remove tables of which no file is there any more."""
    for made in known.keys() - set(kept):
        schema, table = made.split(".")
        connection.execute(f'DROP TABLE "{schema}"."{table}"')
        connection.execute(f"DELETE FROM main.{BUILT_FROM} WHERE made = ?", [made])


def _state(file: Path) -> State:
    told = file.stat()
    return told.st_mtime_ns, told.st_size


def _changed(states: Mapping[Path, State], known: Mapping[str, State]) -> Changed:
    fresh = tuple(file for file, state in states.items() if known.get(file.name) != state)
    gone = known.keys() - {file.name for file in states}
    return Changed(fresh, tuple(sorted({*gone, *(file.name for file in fresh if file.name in known)})))


def _fits(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path]) -> bool:
    """Whether the columns of files are columns of the table, of the same types."""
    return not files or set(_columns(connection, _union(files))) <= set(_columns(connection, f"SELECT * FROM {name}"))


def _columns(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[str, str]]:
    yield from ((row[0], row[1]) for row in connection.execute(f"DESCRIBE {query}").fetchall())


def _note(
    connection: duckdb.DuckDBPyConnection, made: str, leaving: Sequence[str], fresh: Mapping[Path, State]
) -> None:
    if leaving:
        connection.execute(
            f"DELETE FROM main.{BUILT_FROM} WHERE made = ? AND list_contains(?, file)", [made, list(leaving)]
        )
    if fresh:
        rows = [[made, file.name, *state] for file, state in fresh.items()]
        values = ", ".join(["(?, ?, ?, ?)"] * len(rows))
        connection.execute(f"INSERT INTO main.{BUILT_FROM} VALUES {values}", [one for row in rows for one in row])


def _union(files: Sequence[Path]) -> str:
    """All days of a table, by the names of its columns; a day is the name of its file, or of its note."""
    notes = {path: found for path in files if path.suffix == SUFFIX and (found := layered(path)) is not None}
    plain = [path for path in files if path.suffix != SUFFIX]
    parts = [_files(plain)] if plain else []
    return " UNION ALL BY NAME ".join([*parts, *(_layers(path.stem, found) for path, found in notes.items())])


def _files(files: Sequence[Path]) -> str:
    listed = ", ".join(f"'{_quoted(file)}'" for file in files)
    day = "CAST(parse_filename(filename, true) AS DATE) AS as_of_day"
    return f"SELECT {day}, * EXCLUDE (filename) FROM read_parquet([{listed}], union_by_name = true, filename = true)"


def _layers(day: str, found: Layered) -> str:
    base, taken, fresh = (f"read_parquet('{_quoted(path)}')" for path in found.parts)
    by = ", ".join(f'"{name}"' for name in found.by)
    stays = f"SELECT stays.* FROM {base} AS stays ANTI JOIN {taken} AS taken USING ({by})"
    return f"SELECT DATE '{day}' AS as_of_day, * FROM ({stays} UNION ALL BY NAME SELECT * FROM {fresh})"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
