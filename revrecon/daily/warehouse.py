"""The warehouse: a DuckDB file over the derived tables, rebuilt beside and swapped in, so that readers never wait."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import duckdb
import polars as pl

from revrecon.daily.tables import Tables
from revrecon.daily.warehouse_tables import bring_up_to_date, drop_others, known_files
from revrecon.history.atomic import appearing, remove_leftovers


class WarehouseNotBuilt(Exception):
    """The warehouse cannot be built; the one before stays."""


_SAFE = re.compile(r"[^A-Za-z0-9_]")


def build_warehouse(
    tables: Tables, path: Path, beside_them: Mapping[str, pl.DataFrame] = MappingProxyType({})
) -> list[str]:
    """Bring the warehouse up to every derived table, one SQL table each with its `as_of` day; names of what is in it.

    `canonical.account` holds all days of canonical accounts. `beside_them`: frames by `schema.table`, such as what the
    ledger knows of published figures. Days whose files did not change since the warehouse was made are taken over from
    it; without one, or with one that cannot be read, everything is read. The file is replaced at once; open readers
    keep the old. Raises NotWritten and WarehouseNotBuilt.
    """
    remove_leftovers(path.parent)
    with appearing(path) as beside:
        try:
            return _carried_on(tables, path, beside, beside_them)
        except duckdb.Error as error:
            raise WarehouseNotBuilt(
                f"{path} could not be built ({error}). What was there stays. If a table's file is named, delete it and "
                "run its day again; if not, make room on the disk and run again."
            ) from error


def _carried_on(tables: Tables, path: Path, beside: Path, beside_them: Mapping[str, pl.DataFrame]) -> list[str]:
    try:
        if path.exists():
            shutil.copyfile(path, beside)
        return _fill(beside, tables, beside_them)
    except duckdb.Error:  # the old file is damaged, or of another DuckDB
        beside.unlink(missing_ok=True)
        return _fill(beside, tables, beside_them)


_SMALL_BLOCKS: dict[str, str | bool | int | float | list[str]] = {"default_block_size": 16384}
"""Bytes, DuckDB's least: a hundred small tables take a third of the room that they take in blocks of 256 KiB."""


@contextmanager
def _at_once(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """One transaction, which is one wait for the disk instead of one per table; given up whole when anything fails."""
    connection.begin()
    yield
    connection.commit()


def _fill(file: Path, tables: Tables, beside_them: Mapping[str, pl.DataFrame]) -> list[str]:
    made = []
    with duckdb.connect(str(file), config=_SMALL_BLOCKS) as connection, _at_once(connection):
        known, every = known_files(connection), tables.all()
        for room, name, files in every:
            schema, table = _SAFE.sub("_", room), _SAFE.sub("_", name)
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            bring_up_to_date(connection, schema, table, files, known.get(f"{schema}.{table}", {}))
            made.append(f"{schema}.{table}")
        drop_others(connection, known, made)
        made += [_add_frame(connection, name, frame) for name, frame in beside_them.items()]
        _add_history(connection, [name for room, name, _ in every if room == "crosswalk"])
        _add_timing(connection, {room for room, _, _ in every})
    return made


_HISTORY = """
CREATE OR REPLACE VIEW crosswalk.history AS
WITH told AS ({tables}),
     marked AS (SELECT *, canonical_id IS DISTINCT FROM lag(canonical_id) OVER days
                          OR lag(canonical_id) OVER days IS NULL AS is_new
                FROM told WINDOW days AS (PARTITION BY entity, copy, record_id ORDER BY as_of_day)),
     spans AS (SELECT *, sum(is_new::INTEGER) OVER (PARTITION BY entity, copy, record_id ORDER BY as_of_day) AS span
               FROM marked)
SELECT entity, copy, system, object, record_id, canonical_id, min(as_of_day) AS from_day, max(as_of_day) AS to_day
FROM spans GROUP BY entity, copy, system, object, record_id, canonical_id, span
"""
"""What each record stood for, and from which day that was run to which."""


_TIMING_VIEWS = {"timing_claims": "claims", "timing_record": "track_record", "timing_items": "items"}


def _add_timing(connection: duckdb.DuckDBPyConnection, rooms: set[str]) -> None:
    """`timing.claims`, `timing.track_record` and `timing.items` over all days; `timing.open_claims` of the last one."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS timing")
    for room, view in _TIMING_VIEWS.items():
        if room in rooms:
            connection.execute(f'CREATE OR REPLACE VIEW timing.{view} AS SELECT * FROM "{room}"."all"')
    if "timing_claims" in rooms:
        connection.execute(
            "CREATE OR REPLACE VIEW timing.open_claims AS SELECT * FROM timing.claims "
            "WHERE outcome IN ('pending', 'never') AND as_of_day = (SELECT max(as_of_day) FROM timing.claims)"
        )


def _add_history(connection: duckdb.DuckDBPyConnection, entities: list[str]) -> None:
    if entities:
        tables = " UNION ALL BY NAME ".join(f'SELECT * FROM crosswalk."{_SAFE.sub("_", name)}"' for name in entities)
        connection.execute(_HISTORY.format(tables=tables))


def _add_frame(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> str:
    schema, table = (_SAFE.sub("_", part) for part in name.split("."))
    connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    connection.register("_beside", frame.to_arrow())
    connection.execute(f'CREATE OR REPLACE TABLE "{schema}"."{table}" AS SELECT * FROM _beside')
    connection.unregister("_beside")
    return f"{schema}.{table}"
