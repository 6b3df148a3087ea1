"""Claims: every difference that was called timing, the day by which it had to clear, and what became of it.

A difference is timing while the canonical record's last change is younger than the copy's freshness limit. Whoever
says so claims that it will clear by itself, at the latest on the day on which the limit ends. A claim that has not
cleared by then is a quality finding from that day on, and a later change of the record elsewhere does not make it
timing again.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.parts import in_hours
from revrecon.quality.drift import OVERDUE_SCHEMA
from revrecon.timing.timeline import day_of

CLAIM_SCHEMA: dict[str, pl.DataType] = {
    "cause": pl.String(),  # timing.in_transit, timing.late
    "entity": pl.String(),
    "copy": pl.String(),
    "system": pl.String(),
    "canonical_id": pl.String(),  # null for a late system
    "record_id": pl.String(),  # the copy's record, where it has one
    "field": pl.String(),  # null for a missing record or a late system
    "claimed_on": pl.Date(),  # the first day at whose end it differed
    "changed_at": pl.Datetime("us", "UTC"),  # when the canonical record changed
    "expected_on": pl.Date(),  # the day by which it must have cleared
    "basis": pl.String(),  # where that day comes from, such as "freshness limit 24h"
    "usually_on": pl.Date(),  # by the copy's learned lag, where that is known
    "cleared_on": pl.Date(),
    "outcome": pl.String(),  # one of OUTCOMES
    "amount": pl.Decimal(18, 2),  # observed less expected on the day of the claim; null where no money is touched
}
"""One row per claim."""

OUTCOMES = {
    "pending": "The day by which it must clear has not come.",
    "in time": "It cleared by that day.",
    "late": "It cleared after that day.",
    "never": "It has not cleared, and that day has come.",
    "superseded": "The source changed again, or the record went, before that day.",
}
"""What became of a claim, as of a day."""

OPEN = ("differs", "null", "absent")


def claims_of(entity_map: EntityMap, entity_name: str, copy_name: str, told: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The claims about a copy (CLAIM_SCHEMA) from its timeline (TIMELINE_SCHEMA) up to a day, in the timeline's order.

    None for a copy without a freshness limit: nothing of it is ever called timing. `usually_on` is for `usually_by`.
    """
    copy = entity_map.entities[entity_name].replication[copy_name]
    if copy.freshness is None or told.is_empty():
        return pl.DataFrame(schema=CLAIM_SCHEMA)
    zone = entity_map.company.zone
    due = pl.col("changed") + copy.freshness
    begun = spells(told).filter(pl.col("state").is_in(OPEN), due > pl.col("day_end"))
    dated = begun.with_columns(
        pl.lit("timing.in_transit").alias("cause"), pl.lit(entity_name).alias("entity"),
        pl.lit(copy_name).alias("copy"), pl.lit(entity_map.system_of(copy_name, copy)).alias("system"),
        pl.col("day").alias("claimed_on"), pl.col("changed").alias("changed_at"),
        day_of(due, zone).alias("expected_on"),
        pl.lit(f"freshness limit {in_hours(copy.freshness)}").alias("basis"),
        pl.when(pl.col("next_state") == "equal").then("next_day").alias("cleared_on"),
        pl.when(pl.col("field") != "").then("field").alias("field"),
    )  # fmt: skip
    return as_claims(dated.with_columns(_ended(pl.col("next_day"), as_of).alias("outcome")))


def usually_by(claims: pl.DataFrame, usual: timedelta | None, zone: ZoneInfo) -> pl.DataFrame:
    """The same claims (CLAIM_SCHEMA) with the day on which the copy usually follows, by its learned lag if there is
    one."""
    lag = pl.lit(usual, dtype=pl.Duration("us"))
    return claims.with_columns(day_of(pl.col("changed_at") + lag, zone).alias("usually_on"))


def as_claims(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of CLAIM_SCHEMA, in its order; what is lacking is null."""
    lacking = [pl.lit(None, dtype=dtype).alias(n) for n, dtype in CLAIM_SCHEMA.items() if n not in frame.columns]
    return frame.with_columns(lacking).select(pl.col(n).cast(dtype) for n, dtype in CLAIM_SCHEMA.items())


def spells(told: pl.DataFrame) -> pl.DataFrame:
    """The first row of each stretch in which a field's state and canonical value stay as they are.

    Adds `next_day` and `next_state`, the beginning of the stretch after it, null for the last one.
    """
    kind = pl.when(pl.col("state").is_in(OPEN)).then(pl.lit("open")).otherwise("state")
    is_new = ~follows() | kind.ne_missing(kind.shift(1)) | pl.col("expected").ne_missing(pl.col("expected").shift(1))
    firsts = told.filter(is_new)
    goes_on = follows().shift(-1, fill_value=False)
    return firsts.with_columns(
        pl.when(goes_on).then(pl.col("day").shift(-1)).alias("next_day"),
        pl.when(goes_on).then(pl.col("state").shift(-1)).alias("next_state"),
        pl.when(follows()).then(pl.col("state").shift(1)).alias("state_before"),
    )  # fmt: skip


def follows() -> pl.Expr:
    """Whether a row is of the same record and field as the one before; a timeline is in their order."""
    same = [pl.col(name).eq_missing(pl.col(name).shift(1)) for name in ("canonical_id", "field")]
    return pl.all_horizontal(*same) & (pl.int_range(pl.len()) > 0)


def _ended(ended_on: pl.Expr, as_of: date) -> pl.Expr:
    """What became of claims by `expected_on`, `cleared_on` and the day on which anything about them changed."""
    in_time = ended_on <= pl.col("expected_on")
    return (
        pl.when(pl.col("cleared_on").is_not_null() & in_time).then(pl.lit("in time"))
        .when(pl.col("cleared_on").is_not_null()).then(pl.lit("late"))
        .when(in_time.fill_null(False)).then(pl.lit("superseded"))
        .when(pl.col("expected_on") > as_of).then(pl.lit("pending"))
        .otherwise(pl.lit("never"))
    )  # fmt: skip


def overdue(claims: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The differences of a copy that timing excuses no more, or never did (OVERDUE_SCHEMA).

    Those are all that are there at the end of the timeline, but for pending claims: the others should have cleared, or
    were there before the record's last change.
    """
    key = ["canonical_id", "field"]
    last = spells(told).filter(pl.col("next_day").is_null(), pl.col("state").is_in(OPEN))
    made = claims.with_columns(pl.col("field").fill_null("")).sort("claimed_on", maintain_order=True)
    made = made.unique(key, keep="last", maintain_order=True).select(*key, "claimed_on", "expected_on", "outcome")
    known = last.join(made, on=key, how="left", maintain_order="left")
    is_pending = (pl.col("outcome") == "pending").fill_null(False)
    lapsed = pl.when((pl.col("outcome") == "never") & (pl.col("claimed_on") == pl.col("day"))).then("expected_on")
    left = known.filter(~is_pending).with_columns(lapsed.alias("expected_on"))
    since = pl.coalesce("expected_on", "day").alias("since")
    return left.select(*key, since, "expected_on").cast(pl.Schema(OVERDUE_SCHEMA))
