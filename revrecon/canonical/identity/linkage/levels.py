"""The level that each comparison of a pair of records reaches, in DuckDB: what learning learns from.

Splink gives levels only together with weights, at several times the cost; the conditions are those that it is given for
scoring, in the same order, so that both see the same levels.
"""

from collections.abc import Sequence

import duckdb
import numpy as np
import polars as pl

from revrecon.canonical.identity.linkage.defaults import Comparison
from revrecon.canonical.identity.linkage.engine import columns_compared, keep_table
from revrecon.canonical.identity.linkage.patterns import Levels

NO_EVIDENCE = -1


def levels_of(compared: Sequence[Comparison], records: pl.DataFrame, pairs: pl.DataFrame) -> Levels:
    """One row per pair (`left`, `right` of CANDIDATE_SCHEMA), in the pairs' order, and a column per comparison.

    The highest level is `equal`, 0 is `different`, -1 is no evidence: one of the two records has no value.
    """
    asked = pl.concat([pairs["left"], pairs["right"]]).unique()
    used = columns_compared(compared, records.filter(pl.col("_node").is_in(asked.implode())))
    found = np.empty((pairs.height, len(compared)), dtype=np.int64)
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        keep_table(connection, "records", used)
        keep_table(connection, "pairs", pairs.with_row_index("_pair"))
        answer = connection.execute(_query(compared, used.columns)).fetchnumpy()
    for place in range(len(compared)):
        found[answer["_pair"], place] = answer[f"_level{place}"]
    return found


def _query(compared: Sequence[Comparison], columns: Sequence[str]) -> str:
    sides = ", ".join(f'{side}."{name}" AS "{name}_{side}"' for name in columns if name != "_node" for side in "lr")
    levels = ", ".join(f"{_case(c)} AS _level{place}" for place, c in enumerate(compared))
    joined = 'pairs JOIN records l ON l._node = pairs."left" JOIN records r ON r._node = pairs."right"'
    return f"SELECT _pair, {levels} FROM (SELECT _pair{', ' if sides else ''}{sides} FROM {joined})"


def _case(comparison: Comparison) -> str:
    """The first condition that holds, counted from the last."""
    field, size = comparison.field, len(comparison.levels)
    told = [f'WHEN "{field}_l" IS NULL OR "{field}_r" IS NULL THEN {NO_EVIDENCE}']
    for place, level in enumerate(comparison.levels):
        condition = level.sql.replace("{f}", field)
        told.append(f"ELSE {size - 1 - place}" if condition == "ELSE" else f"WHEN {condition} THEN {size - 1 - place}")
    return f"CASE {' '.join(told)} END::TINYINT"
