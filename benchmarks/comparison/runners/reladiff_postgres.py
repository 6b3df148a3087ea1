"""reladiff on two tables of a PostgreSQL server; starting it and loading them is not counted after imports."""

import io
import sys
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import psycopg2
from reladiff import Algorithm, connect_to_table, diff_tables

from benchmarks.comparison.answers import Answer, answer_of, said
from benchmarks.comparison.planted import COLUMNS, KEY
from revrecon_tests.postgres import postgres

_TYPES = {"String": "text", "Int64": "bigint", "Date": "date", "Boolean": "boolean"}


def load(url: str, name: str, path: Path) -> None:
    """Copy a landed file into a table with a primary key."""
    columns = ", ".join(f"{column} {_TYPES.get(str(dtype), 'numeric(18,4)')}" for column, dtype in COLUMNS.items())
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {name} ({KEY} varchar PRIMARY KEY, {columns})")
        written = io.BytesIO(pl.read_parquet(path).write_csv().encode())
        cursor.copy_expert(f"COPY {name} FROM STDIN WITH CSV HEADER", written)


def compare(url: str) -> Answer:
    """Rows that differ come in pairs; which of their cells differ is looked up in them."""
    tables = [connect_to_table(url, name, KEY) for name in ("main", "copy_1")]
    rows: dict[str, dict[str, tuple[object, ...]]] = {"-": {}, "+": {}}
    for side, row in diff_tables(*tables, extra_columns=tuple(COLUMNS), algorithm=Algorithm.JOINDIFF):
        rows[side][str(row[0])] = tuple(row[1:])
    shared = rows["-"].keys() & rows["+"].keys()
    cells = [
        (key, name)
        for key in shared
        for name, mine, theirs in zip(COLUMNS, rows["-"][key], rows["+"][key], strict=True)
        if mine != theirs
    ]
    lonely = [pl.Series(sorted(rows[side].keys() - shared), dtype=pl.String) for side in ("-", "+")]
    return answer_of(pl.DataFrame(cells, schema=[KEY, "field"], orient="row"), COLUMNS, *lonely)


if __name__ == "__main__":
    with postgres() as address:
        plain = urlsplit(address)._replace(scheme="postgresql").geturl()
        for table in ("main", "copy_1"):
            load(plain, table, Path(sys.argv[1]) / "landed" / f"{table}.parquet")
        said(lambda _folder: compare(plain))
