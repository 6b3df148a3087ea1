"""What came, what went and what stays between two days: findings by their signatures."""

from datetime import date

import polars as pl

from revrecon.findings import FINDING_SCHEMA
from revrecon.tickets.model import AGEING, ageing

EXCEPTION_SCHEMA: dict[str, pl.DataType] = {
    "state": pl.String(),  # new, standing or cleared
    "days": pl.Int64(),  # since it was first seen
    "age": pl.String(),  # its age bucket
    **FINDING_SCHEMA,
}
"""One row per finding of either day."""

MOVED_SCHEMA: dict[str, pl.DataType] = {
    "system": pl.String(),
    "entity": pl.String(),
    "copy": pl.String(),
    "cause": pl.String(),
    "new": pl.Int64(),
    "standing": pl.Int64(),
    "cleared": pl.Int64(),
    "new_gross": pl.Decimal(24, 2),
    "standing_gross": pl.Decimal(24, 2),
    "cleared_gross": pl.Decimal(24, 2),
    "oldest": pl.Date(),  # of what is open
}
"""One row per cause in a copy, the most open money first."""

BUCKETS = (*(name for _, name in AGEING), "over 90")
"""The age buckets, youngest first."""


def exceptions_between(now: pl.DataFrame, then: pl.DataFrame | None, as_of: date) -> pl.DataFrame:
    """Findings of a day against those of an earlier one (EXCEPTION_SCHEMA), the largest amounts first.

    Without an earlier day nothing is new and nothing cleared: there is nothing to compare with.
    """
    known = now.clear() if then is None else then
    is_new = pl.lit(False) if then is None else ~pl.col("signature").is_in(known["signature"].implode())
    open_now = now.with_columns(pl.when(is_new).then(pl.lit("new")).otherwise(pl.lit("standing")).alias("state"))
    gone = known.filter(~pl.col("signature").is_in(now["signature"].implode()))
    both = pl.concat([open_now, gone.with_columns(pl.lit("cleared").alias("state"))])
    days = (pl.lit(as_of) - pl.col("since")).dt.total_days()
    aged = both.with_columns(days.alias("days")).with_columns(_bucket().alias("age"))
    largest = pl.col("amount").abs().fill_null(0)
    return aged.select(*EXCEPTION_SCHEMA).sort(largest.neg(), "since", "signature", nulls_last=True)


def _bucket() -> pl.Expr:
    known = pl.col("days").map_elements(lambda days: ageing(int(days)), return_dtype=pl.String)
    return pl.when(pl.col("days").is_not_null()).then(known)


def moved(exceptions: pl.DataFrame) -> pl.DataFrame:
    """Counts and money per cause in a copy (MOVED_SCHEMA)."""
    gross = pl.col("amount").abs()
    of = {state: pl.col("state") == state for state in ("new", "standing", "cleared")}
    grouped = exceptions.group_by("system", "entity", "copy", "cause").agg(
        *(of[state].sum().cast(pl.Int64).alias(state) for state in of),
        *(gross.filter(of[state]).sum().cast(pl.Decimal(24, 2)).alias(f"{state}_gross") for state in of),
        pl.col("since").filter(~of["cleared"]).min().alias("oldest"),
    )
    still_open = (pl.col("new_gross") + pl.col("standing_gross")).neg()
    return grouped.select(*MOVED_SCHEMA).sort(
        still_open, (pl.col("new") + pl.col("standing")).neg(), "system", "entity", "copy", "cause"
    )


def by_age(exceptions: pl.DataFrame) -> dict[str, int]:
    """How many open findings there are of every age bucket, youngest first."""
    found = dict(exceptions.filter(pl.col("state") != "cleared").group_by("age").len().iter_rows())
    return {bucket: found.get(bucket, 0) for bucket in BUCKETS}
