"""Splink at work on Spark: the same weights of the same pairs, where they are too many for one machine.

Conditions are told in Spark's words (`spark_sql.py`). How like two texts are is worked out by DuckDB in the Python
beside every executor: Splink's own library of such functions for Spark gives other answers, and would have to be put on
every cluster.
"""

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb
import polars as pl
import polars.selectors as cs

from revrecon.canonical.identity.linkage.defaults import Comparison
from revrecon.canonical.identity.linkage.engine import (
    blocked_pairs,
    columns_compared,
    compared_pairs,
    frequencies_of,
    splink_settings,
)
from revrecon.canonical.identity.linkage.model import Model
from revrecon.canonical.identity.linkage.spark_sql import OF_DUCKDB, in_spark_sql, name_in_spark

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import SparkSession

_AT_ONCE = 5_000_000
"""Pairs that go over to Spark in one go: what bounds the driver's memory."""

_TO_A_TASK = 100_000
"""Pairs whose levels and weights one task keeps."""

_WHOLE_STAGES = "spark.sql.codegen.wholeStage"

Sessions = Callable[[], AbstractContextManager["SparkSession"]]
"""Opens a session of Spark, and closes it where it was made for this."""


@dataclass(frozen=True)
class OnSpark:
    """Compares in DuckDB what is less than `least` pairs, and more of them in a session of Spark."""

    sessions: Sessions
    least: int

    def __call__(
        self,
        compared: Sequence[Comparison],
        model: Model,
        records: pl.DataFrame,
        pairs: pl.DataFrame,
        at_least: float | None = None,
    ) -> Iterator[pl.DataFrame]:
        """The pairs of a weight `at_least` (see Scorer), the same from both. Raises what opening a session raises."""
        if pairs.height < max(self.least, 1):
            yield from compared_pairs(compared, model, records, pairs, at_least)
            return
        with self.sessions() as session, _likeness(session), _compiled(session), _spark_heard():
            yield from _compared(session, compared, model, records, pairs, at_least)


def _compared(
    session: "SparkSession",
    compared: Sequence[Comparison],
    model: Model,
    records: pl.DataFrame,
    pairs: pl.DataFrame,
    at_least: float | None,
) -> Iterator[pl.DataFrame]:
    splink, spark = importlib.import_module("splink"), importlib.import_module("splink.backends.spark")
    api = spark.SparkAPI(
        spark_session=session,
        break_lineage_method="persist",  # served by Spark Connect too, and leaves no files
        num_partitions_on_repartition=-(-min(pairs.height, _AT_ONCE) // _TO_A_TASK),
        register_udfs_automatically=False,
    )
    with ExitStack() as views:
        views.callback(api.delete_tables_created_by_splink_from_db)
        seen = views.enter_context(_view(session, columns_compared(compared, records)))
        settings = splink_settings(compared, model, in_spark_sql)
        linker = splink.Linker(api.register(seen), settings, validate_settings=False, log_level=None)
        for field, table in frequencies_of(compared, model).items():
            seen = views.enter_context(_view(session, table))
            linker.table_management.register_term_frequency_lookup(api.register(seen), field)
        for chunk in pairs.iter_slices(_AT_ONCE):
            with _view(session, blocked_pairs(chunk)) as seen:
                linker.table_management.register_blocked_pairs_for_predict(api.register(seen))
                answer = linker.inference.predict(warning_mode="never")
                yield _collected(session, answer.physical_name, compared, at_least)
                answer.drop_table_from_database_and_remove_from_cache()


def _collected(
    session: "SparkSession", answer: str, compared: Sequence[Comparison], at_least: float | None
) -> pl.DataFrame:
    """The answer of that name, which Splink has told Spark to keep, but not yet worked out.

    Kept are levels and weights alone, which is a tenth of it. They must be: a condition on weights that Spark can move
    before the weights would be put together of every level's condition, many times over.
    """
    session.catalog.uncacheTable(answer)
    told = session.table(answer)
    told = told.select(*_asked(compared, told.columns)).persist()
    try:
        asked = told if at_least is None else told.filter(told.match_weight >= at_least)
        return pl.DataFrame(pl.from_arrow(asked.toArrow()))
    finally:
        told.unpersist()
        session.catalog.dropTempView(answer)


def _asked(compared: Sequence[Comparison], columns: Sequence[str]) -> list[str]:
    """What goes back to the driver, without the records' own values."""
    parts = [f"{part}_{c.field}" for c in compared for part in ("gamma", "mw", "mw_tf_adj")]
    return ["_node_l", "_node_r", "match_weight", *(part for part in parts if part in columns)]


@contextmanager
def _view(session: "SparkSession", frame: pl.DataFrame) -> Iterator[str]:
    """The name of a temporary view that holds a frame, in types that Spark has."""
    name = f"revrecon_{uuid4().hex}"
    signed = frame.with_columns(cs.by_dtype(pl.List(pl.UInt64)).cast(pl.List(pl.Int64)))
    session.createDataFrame(signed.to_arrow(compat_level=pl.CompatLevel.oldest())).createOrReplaceTempView(name)
    try:
        yield name
    finally:
        session.catalog.dropTempView(name)


@contextmanager
def _compiled(session: "SparkSession") -> Iterator[None]:
    """Methods of a length that Java compiles: Spark makes one of a whole stage, which took three times as long."""
    usual = session.conf.get(_WHOLE_STAGES)
    session.conf.set(_WHOLE_STAGES, "false")
    try:
        yield
    finally:
        session.conf.set(_WHOLE_STAGES, usual)


@contextmanager
def _spark_heard() -> Iterator[None]:
    """What Spark raises, not what Splink wraps it in."""
    from splink.internals.exceptions import SplinkException

    try:
        yield
    except SplinkException as error:
        raise (error.__cause__ or error) from None


@contextmanager
def _likeness(session: "SparkSession") -> Iterator[None]:
    """A session that has the functions of DuckDB's which conditions ask for."""
    for function in OF_DUCKDB:
        session.udf.register(name_in_spark(function), _asks_duckdb(function))
    try:
        yield
    finally:
        for function in OF_DUCKDB:
            session.sql(f"DROP TEMPORARY FUNCTION IF EXISTS {name_in_spark(function)}")


def _asks_duckdb(function: str) -> object:
    import pandas as pd  # with PySpark; not needed before
    from pyspark.sql.functions import pandas_udf

    def likeness(left: pd.Series, right: pd.Series) -> pd.Series:
        return likenesses(function, left, right)

    return pandas_udf(likeness, "double")


def likenesses(function: str, left: "pd.Series", right: "pd.Series") -> "pd.Series":
    """A function of DuckDB's of the two texts at each place; null where one of them is."""
    import pyarrow as pa

    texts = {
        "left": pa.array(left, pa.string(), from_pandas=True),
        "right": pa.array(right, pa.string(), from_pandas=True),
    }
    connection = _one_duckdb()
    connection.register("given", pa.table(texts))
    return connection.execute(f'SELECT {function}("left", "right")::DOUBLE AS likeness FROM given').df()["likeness"]


@cache
def _one_duckdb() -> duckdb.DuckDBPyConnection:
    """One of each process, on one thread: executors share the cores among them, and rows keep their order."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    return connection
