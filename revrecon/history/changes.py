"""Changes: of everything that was ever received of an object, the rows that said something new."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from revrecon.history.lake import STATE_COLUMNS, said_deleted
from revrecon.history.news import LACKING, lacking


def changes_of(rows: pl.DataFrame, whole_days: Sequence[date]) -> pl.DataFrame:
    """The rows of an object that differ from the one before of the same key, oldest first, with `_gone`.

    `rows` holds all that was told, oldest first (`Lake.told`); `whole_days` are the days of full extracts of which it
    holds every row. A key that a full extract lacks gets a row of that day, with its last values and `_gone` true.
    """
    told = _with_last_values(rows)
    gone = _disappearances(told, whole_days)
    told = told.with_columns((lacking(told) | said_deleted(told)).alias("_gone")).drop(LACKING, strict=False)
    every = pl.concat([told, gone.select(told.columns)]).sort("_observed_on", maintain_order=True)
    said = [name for name in told.columns if name not in STATE_COLUMNS]
    print_ = pl.struct(said).hash()
    return every.with_columns(print_.alias("_print")).filter(
        pl.col("_print").ne_missing(pl.col("_print").shift(1).over("_key"))
    ).drop("_print")  # fmt: skip


def _with_last_values(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows; those that only say that a key is lacking have its last values, and go where there are none."""
    if LACKING not in rows.columns:
        return rows
    real = rows.filter(~lacking(rows))
    lost = rows.filter(lacking(rows)).select("_key", pl.col("_observed_on").alias("_lost_on")).sort("_lost_on")
    had = lost.join_asof(
        real.sort("_observed_on", maintain_order=True), left_on="_lost_on", right_on="_observed_on", by="_key",
        strategy="backward", check_sortedness=False, coalesce=False,
    )  # fmt: skip
    known = had.drop_nulls("_observed_on").with_columns(pl.col("_lost_on").alias("_observed_on"))
    filled = known.with_columns(pl.lit(True).alias(LACKING)).select(rows.columns)
    return pl.concat([real, filled]).sort("_observed_on", maintain_order=True)


def _disappearances(told: pl.DataFrame, whole_days: Sequence[date]) -> pl.DataFrame:
    """Per key and gap the first full extract that lacks it, as a row of that day."""
    days = pl.DataFrame({"_full": sorted(whole_days)}, schema={"_full": pl.Date})
    after = told.sort("_observed_on", maintain_order=True).with_columns(
        pl.col("_observed_on").shift(-1).over("_key").alias("_next")
    )
    missed = after.filter(~lacking(after)).join_asof(
        days.with_columns(pl.col("_full").alias("_at")).sort("_at"),
        left_on="_observed_on", right_on="_at", strategy="forward", allow_exact_matches=False,
    )  # fmt: skip
    is_gone = (pl.col("_next") > pl.col("_full")) | pl.col("_next").is_null()
    missed = missed.filter(pl.col("_full").is_not_null(), is_gone)
    return missed.with_columns(pl.col("_full").alias("_observed_on"), pl.lit(True).alias("_gone"))
