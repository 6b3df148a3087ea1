"""Splink at work: weights of given pairs of records under given parameters, in DuckDB."""

import importlib
from collections.abc import Iterator, Sequence

import duckdb
import polars as pl

from revrecon.canonical.identity.linkage.defaults import Comparison

_AT_ONCE = 2_000_000
"""Pairs compared in one go: what bounds memory."""

Settings = dict[str, object]


def splink_settings(compared: Sequence[Comparison], parameters: pl.DataFrame, prior: float) -> Settings:
    """The model as Splink settings: every level with its m and u, term frequencies on `equal`.

    Answers hold `_node_l`, `_node_r`, `match_weight`, and per field `gamma_FIELD` (its level; -1: no evidence),
    `mw_FIELD` and `mw_tf_adj_FIELD`.
    """
    rows = parameters.select("field", "level", "m", "u", "say").iter_rows()
    shares = {(field, level): (m, u, say) for field, level, m, u, say in rows}
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "_node",
        "probability_two_random_records_match": prior,
        "blocking_rules_to_generate_predictions": ["1=1"],
        "retain_matching_columns": True,  # without it no levels are given out
        "retain_intermediate_calculation_columns": True,
        "comparisons": [_splink_comparison(c, shares) for c in compared],
    }


def _splink_comparison(comparison: Comparison, shares: dict[tuple[str, int], tuple[float, float, float]]) -> Settings:
    field = comparison.field
    null: Settings = {
        "sql_condition": f'"{field}_l" IS NULL OR "{field}_r" IS NULL',
        "label_for_charts": "no evidence",
        "is_null_level": True,
    }
    levels = [null]
    for place, level in enumerate(comparison.levels):
        m, u, say = shares[field, len(comparison.levels) - 1 - place]
        given: Settings = {
            "sql_condition": level.sql.replace("{f}", field),
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
    settings: Settings,
    records: pl.DataFrame,
    pairs: pl.DataFrame,
    frequencies: pl.DataFrame,
    at_least: float | None = None,
) -> Iterator[pl.DataFrame]:
    """Splink's answer per chunk of the pairs, those of a weight `at_least` only.

    `frequencies` (field, value, number) holds how common each value is; one that is missing is not adjusted for.
    """
    splink = importlib.import_module("splink")  # half a second that most commands need not wait for
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        api = splink.DuckDBAPI(connection)
        keep_table(connection, "records", columns_compared(compared, records))
        linker = splink.Linker(api.register("records"), settings, validate_settings=False, log_level=None)
        for c in [c for c in compared if c.frequencies]:
            mine = frequencies.filter(pl.col("field") == c.field)
            table = mine.select(pl.col("value").alias(c.field), pl.col("number").alias(f"tf_{c.field}"))
            linker.table_management.register_term_frequency_lookup(api.register(table.to_arrow()), c.field)
        for chunk in pairs.iter_slices(_AT_ONCE):
            blocked = chunk.select(
                pl.col("left").alias("join_key_l"), pl.col("right").alias("join_key_r"), pl.lit("0").alias("match_key")
            )
            keep_table(connection, "blocked", blocked)
            linker.table_management.register_blocked_pairs_for_predict(api.register("blocked"))
            answer = linker.inference.predict(threshold_match_weight=at_least, warning_mode="never")
            yield answer.as_duckdbpyrelation().pl()
            answer.drop_table_from_database_and_remove_from_cache()


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
