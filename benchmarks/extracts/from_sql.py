"""One reading of a table of PostgreSQL: ours, and by the clients that are usual."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from revrecon.entity_map.connectors import SqlSettings
from revrecon.history.spool import Spool
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.extraction import extracted
from revrecon.sources.sql.client import SqlDatabase

COLUMNS = ("amount", "at", "day", "id", "is_open", "name", "note", "owner", "parent", "stage")
_ASKED = Asked("deal", "deal", COLUMNS, ("id",), None, "at", None)
_QUESTION = f"SELECT {', '.join(COLUMNS)} FROM deal ORDER BY id"
FILLED = """
CREATE TABLE deal AS SELECT
  n::bigint AS id, 'Deal number ' || n AS name, mod(n, 100000)::numeric(18, 2) + 0.25 AS amount,
  timestamptz '2026-01-01 00:00:00+00' + n * interval '1 second' AS at, date '2026-01-01' + mod(n, 365) AS day,
  mod(n, 3) = 0 AS is_open, CASE WHEN mod(n, 7) > 0 THEN 'Some words, ' || n END AS note,
  'Owner ' || mod(n, 50) AS owner,
  (n / 10)::bigint AS parent, 'stage ' || mod(n, 8) AS stage
FROM generate_series(1, ROWS) AS n;
ALTER TABLE deal ADD PRIMARY KEY (id);
ANALYZE deal;
"""
Reading = tuple[Callable[[], Any], Callable[[Any], pl.DataFrame]]


def ours(address: str, folder: Path) -> Reading:
    """A whole extract: counted, read by Arrow, spooled to disk, checked for completeness, every value as text."""
    _load_adbc()
    database = SqlDatabase("crm", SqlSettings(url_env="EXTRACTS_DATABASE"))
    database.greet()
    return lambda: extracted(database, _ASKED, Spool(folder / "spool")).rows, _typed


def _load_adbc() -> None:
    """Imports are not what is measured."""
    if find_spec("adbc_driver_postgresql") is not None:
        import adbc_driver_postgresql.dbapi  # noqa: F401  # whether it is here


def adbc(address: str, folder: Path) -> Reading:
    _load_adbc()
    url = _plain(address)
    return lambda: pl.read_database_uri(_QUESTION, url, engine="adbc"), _typed


def connectorx(address: str, folder: Path) -> Reading:
    import connectorx as cx

    url = _plain(address)
    return lambda: cx.read_sql(url, _QUESTION, return_type="polars"), _typed


def sqlalchemy(address: str, folder: Path) -> Reading:
    engine = sa.create_engine(address, poolclass=sa.NullPool)

    def read() -> Any:
        with engine.connect() as connection:
            return connection.execute(sa.text(_QUESTION)).fetchall()

    return read, _of_rows


def psycopg(address: str, folder: Path) -> Reading:
    import psycopg as driver

    url = _plain(address)

    def read() -> Any:
        with driver.connect(url) as connection:
            return connection.execute(_QUESTION).fetchall()

    return read, _of_rows


READERS: dict[str, Callable[[str, Path], Reading]] = {
    "ours": ours, "ADBC alone": adbc, "ConnectorX": connectorx, "SQLAlchemy": sqlalchemy, "psycopg": psycopg,
}  # fmt: skip
NEEDS = {"ConnectorX": "connectorx", "ADBC alone": "adbc_driver_postgresql", "psycopg": "psycopg"}
"""Which package a reader needs."""


def lacking(reader: str) -> str | None:
    """The package that a reader lacks here."""
    needed = NEEDS.get(reader)
    return needed if needed and find_spec(needed) is None else None


def _plain(address: str) -> str:
    return address.replace("postgresql+psycopg://", "postgresql://")


def _of_rows(rows: Any) -> pl.DataFrame:
    return _typed(
        pl.DataFrame([tuple(row) for row in rows], schema=list(COLUMNS), orient="row", infer_schema_length=None)
    )


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    """The same types whoever read them, so that values can be compared; money exact."""
    amount = pl.col("amount")
    if frame.schema["amount"] not in (pl.String, pl.Decimal) and isinstance(frame.schema["amount"], pl.BaseExtension):
        amount = amount.ext.storage()
    at, day, is_open = pl.col("at"), pl.col("day"), pl.col("is_open")
    if frame.schema["at"] == pl.String:
        at = (at + ":00").str.to_datetime("%Y-%m-%d %H:%M:%S%z")
        day, is_open = day.str.to_date(), is_open == "true"
    return frame.select(
        amount.cast(pl.Decimal(18, 2)), at.dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC")), day,
        pl.col("id", "parent").cast(pl.Int64), is_open, pl.col("name", "note", "owner", "stage"),
    ).sort("id")  # fmt: skip
