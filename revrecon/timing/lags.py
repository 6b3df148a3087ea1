"""Lags: how long a copy usually takes to follow its source, learned from every change that it did follow."""

import math
from datetime import date, timedelta

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.timing.claims import OPEN, follows, spells
from revrecon.timing.timeline import day_of

LAG_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "copy": pl.String(),
    "changes": pl.Int64(),  # that the copy followed
    "median_hours": pl.Float64(),
    "usual_hours": pl.Float64(),  # within which it followed 95 % of them; null below FEWEST changes
}
"""One row per copy."""

FEWEST = 20
"""From fewer changes no usual lag is learned."""
USUAL = 0.95
"""The share of changes that arrive within the usual lag."""


def followed(entity_map: EntityMap, told: pl.DataFrame, first: date) -> pl.Series:
    """The lags of a copy, from its timeline: source changed to copy changed, per value that it took over.

    Counted where the canonical record changed on the very day on which its value did, and by the systems' own clocks;
    a copy that said it first did not follow. Changes that never arrived have no lag.
    """
    before = pl.when(follows()).then(pl.col("expected").shift(1))
    firsts = spells(told).with_columns(
        pl.when(follows().shift(-1, fill_value=False)).then(pl.col("own_changed").shift(-1)).alias("_next_own"),
        pl.col("expected").ne_missing(before).alias("_new_value"),
        (~follows()).alias("_is_new"),
    )
    changed_now = day_of(pl.col("changed"), entity_map.company.zone) == pl.col("day")
    new = firsts.filter(
        changed_now, pl.col("day") > first, pl.col("_is_new") | pl.col("_new_value") | pl.col("state_before").is_null()
    )
    arrived = (
        pl.when(pl.col("state") == "equal").then("own_changed")
        .when(pl.col("state").is_in(OPEN) & (pl.col("next_state") == "equal")).then("_next_own")
    )  # fmt: skip
    return new.select((arrived - pl.col("changed")).alias("lag")).filter(pl.col("lag") >= timedelta())["lag"].sort()


def lag_of(entity_name: str, copy_name: str, lags: pl.Series) -> pl.DataFrame:
    """The usual lag of a copy (LAG_SCHEMA) from the lags that were observed."""
    hours = (lags.dt.total_seconds() / 3600).sort()
    within = math.ceil(USUAL * len(hours)) - 1
    row = {
        "entity": entity_name,
        "copy": copy_name,
        "changes": len(hours),
        "median_hours": hours.median(),
        "usual_hours": hours[within] if len(hours) >= FEWEST else None,
    }
    return pl.DataFrame([row], schema=LAG_SCHEMA)


def usual_lag(lag: pl.DataFrame) -> timedelta | None:
    """The usual lag of a copy from its row, where one was learned."""
    hours = lag["usual_hours"][0] if lag.height else None
    return None if hours is None else timedelta(hours=float(hours))
