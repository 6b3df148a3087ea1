"""The track record: the share of timing claims that came true, per system and copy."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.timing.lags import LAG_SCHEMA

WINDOWS = (30, 90)
"""Days over which claims are counted."""

TRACK_SCHEMA: dict[str, pl.DataType] = {
    "system": pl.String(),
    "entity": pl.String(),  # null for the deadlines of the system itself
    "copy": pl.String(),
    "window": pl.Int64(),  # days up to the day asked for, in which the claims were made
    "claims": pl.Int64(),
    "in_time": pl.Int64(),
    "late": pl.Int64(),
    "never": pl.Int64(),
    "superseded": pl.Int64(),
    "pending": pl.Int64(),
    "share_true": pl.Float64(),  # in time, of those that were in time, late or never; null where there is none
    "gross": pl.Decimal(18, 2),  # sum of absolute amounts; null where no money is touched
    "gross_in_time": pl.Decimal(18, 2),
    "gross_late": pl.Decimal(18, 2),
    "gross_never": pl.Decimal(18, 2),
    "gross_pending": pl.Decimal(18, 2),
    "limit_hours": pl.Float64(),  # the copy's freshness limit
    "changes": pl.Int64(),  # that the copy was seen to follow
    "median_hours": pl.Float64(),
    "usual_hours": pl.Float64(),  # within which 95 % of them arrived; null where too few are known
}
"""One row per system, copy and window."""


def track_record(
    entity_map: EntityMap, claims: pl.DataFrame, lags: Sequence[pl.DataFrame], as_of: date
) -> pl.DataFrame:
    """What became of claims (CLAIM_SCHEMA) per copy and window (TRACK_SCHEMA), beside its lags (LAG_SCHEMA each).

    A copy without a freshness limit has no claims, and a row for its lags.
    """
    known = pl.concat([pl.DataFrame(schema=LAG_SCHEMA), *lags])
    copies = _copies(entity_map).join(known, on=["entity", "copy"], how="left", maintain_order="left")
    systems = claims.filter(pl.col("copy").is_null()).select("system").unique()
    places = pl.concat([copies, systems], how="diagonal")
    found = [pl.DataFrame(schema=TRACK_SCHEMA)]
    for window in WINDOWS:
        made = claims.filter(pl.col("claimed_on") > as_of - timedelta(days=window))
        counted = made.group_by("system", "entity", "copy").agg(*_counts(), *_sums())
        rows = places.join(counted, on=["system", "entity", "copy"], how="left", nulls_equal=True)
        decided = pl.sum_horizontal("in_time", "late", "never")
        share = pl.when(decided > 0).then(pl.col("in_time") / decided)
        rows = rows.with_columns(pl.lit(window).alias("window"), share.alias("share_true"))
        counts = ("claims", "in_time", "late", "never", "superseded", "pending")
        found.append(
            rows.with_columns(pl.col(*counts).fill_null(0)).select(pl.col(n).cast(t) for n, t in TRACK_SCHEMA.items())
        )
    return pl.concat(found).sort("system", "entity", "copy", "window", nulls_last=True)


def _copies(entity_map: EntityMap) -> pl.DataFrame:
    """Copies that follow another one, with their limits."""
    rows = [
        (entity_map.system_of(name, copy), entity_name, name, _hours(copy.freshness))
        for entity_name, entity in entity_map.entities.items()
        for name, copy in entity.replication.items()
        if name not in entity.canonical_system
    ]
    kept = ("system", "entity", "copy", "limit_hours")
    return pl.DataFrame(rows, schema={name: TRACK_SCHEMA[name] for name in kept}, orient="row")


def _hours(limit: timedelta | None) -> float | None:
    return None if limit is None else limit.total_seconds() / 3600


def _counts() -> list[pl.Expr]:
    named = {"in_time": "in time", "late": "late", "never": "never", "superseded": "superseded", "pending": "pending"}
    counted = [(pl.col("outcome") == outcome).sum().alias(name) for name, outcome in named.items()]
    return [pl.len().alias("claims"), *counted]


def _sums() -> list[pl.Expr]:
    parts = {
        "gross": None,
        "gross_in_time": "in time",
        "gross_late": "late",
        "gross_never": "never",
        "gross_pending": "pending",
    }
    return [_gross(outcome).alias(name) for name, outcome in parts.items()]


def _gross(outcome: str | None) -> pl.Expr:
    amounts = pl.col("amount").abs()
    mine = amounts if outcome is None else amounts.filter(pl.col("outcome") == outcome)
    return pl.when(pl.col("amount").is_not_null().any()).then(mine.sum())
