"""Changes: of everything that was ever received of an object, the rows that said something new."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from revrecon.history.lake import STATE_COLUMNS, said_deleted


def changes_of(rows: pl.DataFrame, full_days: Sequence[date]) -> pl.DataFrame:
    """The rows of an object that differ from the one before of the same key, oldest first, with `_gone`.

    `rows` holds every row ever received, oldest first (`Lake.versions`); `full_days` are the days of full extracts. A
    key that a full extract lacks gets a row of that day, with its last values and `_gone` true.
    """
    told = rows.with_columns(said_deleted(rows).alias("_gone"))
    every = pl.concat([told, _disappearances(told, full_days)]).sort("_observed_on", maintain_order=True)
    said = [name for name in rows.columns if name not in STATE_COLUMNS] + ["_gone"]
    print_ = pl.struct(said).hash()
    return every.with_columns(print_.alias("_print")).filter(
        pl.col("_print").ne_missing(pl.col("_print").shift(1).over("_key"))
    ).drop("_print")  # fmt: skip


def _disappearances(told: pl.DataFrame, full_days: Sequence[date]) -> pl.DataFrame:
    """Per key and gap the first full extract that lacks it, as a row of that day."""
    days = pl.DataFrame({"_full": sorted(full_days)}, schema={"_full": pl.Date})
    after = told.sort("_observed_on", maintain_order=True).with_columns(
        pl.col("_observed_on").shift(-1).over("_key").alias("_next")
    )
    lacking = after.join_asof(
        days.with_columns(pl.col("_full").alias("_at")).sort("_at"),
        left_on="_observed_on", right_on="_at", strategy="forward", allow_exact_matches=False,
    )  # fmt: skip
    is_gone = (pl.col("_next") > pl.col("_full")) | pl.col("_next").is_null()
    lacking = lacking.filter(pl.col("_full").is_not_null(), is_gone)
    gone = lacking.with_columns(pl.col("_full").alias("_observed_on"), pl.lit(True).alias("_gone"))
    return gone.select(told.columns)
