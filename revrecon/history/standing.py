"""What stands of an object's records on a day: the last row of every key, and whether it is gone."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from revrecon.history.keys import is_ascending
from revrecon.history.news import LACKING, Said, lacking, not_lacking

DELETED = "_deleted"
"""The column by which a row says that a live system has deleted the record; null or absent for all others."""


def said_deleted(rows: pl.DataFrame) -> pl.Expr:
    """Whether a row only says that the record is deleted."""
    return pl.col(DELETED).is_not_null() if DELETED in rows.columns else pl.lit(False)


def with_first_seen(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the first day on which each key was told of."""
    days = rows["_observed_on"]
    first = pl.lit(days[0]) if days.n_unique() == 1 else pl.col("_observed_on").min().over("_key")
    return rows.with_columns(first.alias("_first_seen"))


def last_of_each_key(told: pl.DataFrame, said: Sequence[Said]) -> pl.DataFrame:
    """The last row of every key with `_observed_on`, `_first_seen` and `_gone`, sorted by `_key`.

    `told` holds what the extracts `said`, oldest first. A record was observed last in the last extract that holds it.
    """
    rows = with_first_seen(not_lacking(told))
    last = rows if is_ascending(rows["_key"]) else rows.unique("_key", keep="last", maintain_order=True).sort("_key")
    if LACKING not in told.columns:
        full = [one.day for one in said if one.is_full]
        gone = pl.col("_observed_on") < max(full) if full else pl.lit(False)
        return last.with_columns((gone | said_deleted(last)).alias("_gone"))
    gone_on = _gone_on(last, told, [one.day for one in said if one.is_complete])
    seen = _seen_on(last["_observed_on"], gone_on, [one.day for one in said if one.is_full])
    return last.with_columns(
        seen.alias("_observed_on"), (pl.lit(gone_on).is_not_null() | said_deleted(last)).alias("_gone")
    )


def _gone_on(last: pl.DataFrame, told: pl.DataFrame, whole: Sequence[date]) -> pl.Series:
    """The day of the first full extract after the last row of each key that lacks it; null where none does."""
    lost = told.filter(lacking(told)).select("_key", pl.col("_observed_on").alias("_lost_on"))
    lost = lost.unique("_key", keep="last")
    told_so = last.select("_key", "_observed_on").join(lost, on="_key", how="left", maintain_order="left")
    lost_on = pl.when(pl.col("_lost_on") > pl.col("_observed_on")).then("_lost_on")
    next_whole = _next_of(told_so["_observed_on"], whole)
    return told_so.select(pl.min_horizontal(lost_on, next_whole).alias("_gone_on"))["_gone_on"]


def _seen_on(observed_on: pl.Series, gone_on: pl.Series, full: Sequence[date]) -> pl.Series:
    """The day of the last extract that holds each record: its last row's, or a later full one's before it was gone."""
    known = pl.DataFrame({"_observed_on": observed_on, "_gone_on": gone_on})
    ends = known["_gone_on"].fill_null(date.max)
    before = _last_before(ends, full)
    return known.select(pl.max_horizontal("_observed_on", before))["_observed_on"]


def _next_of(days: pl.Series, others: Sequence[date]) -> pl.Series:
    """For each day the first of some others that is later; null where there is none."""
    ascending = pl.Series(sorted(others), dtype=pl.Date)
    places = ascending.search_sorted(days, side="right")
    return _at(ascending, places.cast(pl.Int64))


def _last_before(days: pl.Series, others: Sequence[date]) -> pl.Series:
    """For each day the last of some others that is earlier; null where there is none."""
    ascending = pl.Series(sorted(others), dtype=pl.Date)
    places = ascending.search_sorted(days, side="left")
    return _at(ascending, places.cast(pl.Int64) - 1)


def _at(values: pl.Series, places: pl.Series) -> pl.Series:
    there = places.is_between(0, len(values) - 1)
    wanted = pl.DataFrame({"place": places, "there": there}).select(pl.when("there").then("place"))["place"]
    return values.gather(wanted) if len(values) else pl.repeat(None, len(places), dtype=pl.Date, eager=True)
