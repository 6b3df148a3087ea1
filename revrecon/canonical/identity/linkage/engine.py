"""Splink at work: weights of given pairs of records under given parameters, in DuckDB."""

import importlib
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import duckdb
import polars as pl

from revrecon.canonical.identity.linkage.defaults import Comparison
from revrecon.canonical.identity.linkage.model import Model

_AT_ONCE = 2_000_000
"""Pairs compared in one go: what bounds memory."""

Settings = dict[str, object]


class Scorer(Protocol):
    """Compares pairs of records and weighs what it finds: Splink in DuckDB, or on Spark (`on_spark.py`)."""

    def __call__(
        self,
        compared: Sequence[Comparison],
        model: Model,
        records: pl.DataFrame,
        pairs: pl.DataFrame,
        at_least: float | None = None,
    ) -> Iterator[pl.DataFrame]:
        """The pairs (`left`, `right`) of a weight `at_least`, some at a time and in any order.

        They hold `_node_l`, `_node_r`, `match_weight`, and per field `gamma_FIELD` (its level; -1: no evidence),
        `mw_FIELD` and `mw_tf_adj_FIELD`; perhaps more.
        """
        ...


def splink_settings(
    compared: Sequence[Comparison], model: Model, in_dialect: Callable[[str], str] = lambda sql: sql
) -> Settings:
    """The model as Splink settings: every level with its m and u, term frequencies on `equal`.

    Conditions are DuckDB's, or what `in_dialect` makes of them.
    """
    rows = model.parameters.select("field", "level", "m", "u", "say").iter_rows()
    shares = {(field, level): (m, u, say) for field, level, m, u, say in rows}
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "_node",
        "probability_two_random_records_match": model.prior,
        "blocking_rules_to_generate_predictions": ["1=1"],
        "retain_matching_columns": True,  # without it no levels are given out
        "retain_intermediate_calculation_columns": True,
        "comparisons": [_splink_comparison(c, shares, in_dialect) for c in compared],
    }


def _splink_comparison(
    comparison: Comparison,
    shares: dict[tuple[str, int], tuple[float, float, float]],
    in_dialect: Callable[[str], str],
) -> Settings:
    field = comparison.field
    null: Settings = {
        "sql_condition": in_dialect(f'"{field}_l" IS NULL OR "{field}_r" IS NULL'),
        "label_for_charts": "no evidence",
        "is_null_level": True,
    }
    levels = [null]
    for place, level in enumerate(comparison.levels):
        m, u, say = shares[field, len(comparison.levels) - 1 - place]
        given: Settings = {
            "sql_condition": in_dialect(level.sql.replace("{f}", field)),
            "label_for_charts": level.label,
            "m_probability": u * (m / u) ** say,
            "u_probability": u,
        }
        if place == 0 and comparison.frequencies:
            given |= {"tf_adjustment_column": field, "tf_adjustment_weight": say}
        levels.append(given)
    return {"output_column_name": field, "comparison_levels": levels}


def compared_pairs(
    compared: Sequence[Comparison],
    model: Model,
    records: pl.DataFrame,
    pairs: pl.DataFrame,
    at_least: float | None = None,
) -> Iterator[pl.DataFrame]:
    """Splink's answer in DuckDB, per chunk of the pairs (see Scorer)."""
    splink = importlib.import_module("splink")  # half a second that most commands need not wait for
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        api = splink.DuckDBAPI(connection)
        keep_table(connection, "records", columns_compared(compared, records))
        settings = splink_settings(compared, model)
        linker = splink.Linker(api.register("records"), settings, validate_settings=False, log_level=None)
        for field, table in frequencies_of(compared, model).items():
            linker.table_management.register_term_frequency_lookup(api.register(table.to_arrow()), field)
        for chunk in pairs.iter_slices(_AT_ONCE):
            keep_table(connection, "blocked", blocked_pairs(chunk))
            linker.table_management.register_blocked_pairs_for_predict(api.register("blocked"))
            answer = linker.inference.predict(threshold_match_weight=at_least, warning_mode="never")
            yield answer.as_duckdbpyrelation().pl()
            answer.drop_table_from_database_and_remove_from_cache()


def frequencies_of(compared: Sequence[Comparison], model: Model) -> dict[str, pl.DataFrame]:
    """Per field how common each value is (FIELD, tf_FIELD); one that is missing is not adjusted for."""
    pinned = model.pinned_for("frequency")
    return {
        c.field: pinned.filter(pl.col("field") == c.field).select(
            pl.col("value").alias(c.field), pl.col("number").alias(f"tf_{c.field}")
        )
        for c in compared
        if c.frequencies
    }


def blocked_pairs(pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs (`left`, `right`) as Splink takes those that others have found."""
    return pairs.select(
        pl.col("left").alias("join_key_l"), pl.col("right").alias("join_key_r"), pl.lit("0").alias("match_key")
    )


def keep_table(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """A table of DuckDB's own: read on every core, which a frame from outside is not (twice the speed)."""
    connection.register("_given", frame.to_arrow())
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS FROM _given")
    connection.unregister("_given")


def columns_compared(compared: Sequence[Comparison], records: pl.DataFrame) -> pl.DataFrame:
    """The columns that any level looks at."""
    used = " ".join(level.sql.replace("{f}", c.field) for c in compared for level in c.levels)
    return records.select(
        "_node", *(name for name in records.columns if f'"{name}_l"' in used or f'"{name}_r"' in used)
    )
