"""How many records each pass joined, how large the clusters are, and what changed since the day before."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

LINKED, ALONE, EXCLUDED, IN_REVIEW, DELETED = "linked", "alone", "excluded", "in review", "deleted"

PASS_COUNT_SCHEMA: dict[str, pl.DataType] = {
    "copy": pl.String(),
    "kind": pl.String(),  # linked, alone, in review, excluded, deleted
    "pass": pl.String(),  # what linked it: cross-reference to crm, linkage; else the kind again
    "records": pl.Int64(),
}
"""Every record of every copy counted once."""

CHANGE_SCHEMA: dict[str, pl.DataType] = {
    "change": pl.String(),  # merged, split, new, gone
    "canonical_id": pl.String(),  # today's; of a thing that is gone, what it was
    "before": pl.List(pl.String()),  # the ids that its records had the day before
    "records": pl.Int64(),
}
"""One row per canonical thing whose records are not those of the day before."""


@dataclass(frozen=True)
class EntityCount:
    """An entity in one line."""

    entity: str
    records: int
    things: int
    linked: int
    alone: int
    excluded: int
    duplicates: int
    cases: int
    merged: int
    split: int
    new: int


def live(crosswalk: pl.DataFrame) -> pl.DataFrame:
    """Records that their systems still have."""
    return crosswalk.filter(~pl.col("gone")) if "gone" in crosswalk.columns else crosswalk


def pass_counts(crosswalk: pl.DataFrame, review: pl.DataFrame) -> pl.DataFrame:
    """Every record once (PASS_COUNT_SCHEMA): by the pass that linked it, or alone, in review, excluded or deleted."""
    waiting = pl.concat(
        [
            review.select(pl.col(f"{side}_copy").alias("copy"), pl.col(f"{side}_id").alias("record_id"))
            for side in ("left", "right")
        ]
    ).unique()
    gone = pl.col("gone") if "gone" in crosswalk.columns else pl.lit(False)
    rows = crosswalk.join(waiting.with_columns(pl.lit(True).alias("_waits")), on=["copy", "record_id"], how="left")
    kind = (
        pl.when(gone).then(pl.lit(DELETED))
        .when(pl.col("canonical_id").is_null()).then(pl.lit(EXCLUDED))
        .when(pl.col("linked_by") != ALONE).then(pl.lit(LINKED))
        .when(pl.col("_waits").fill_null(False)).then(pl.lit(IN_REVIEW))
        .otherwise(pl.lit(ALONE))
    )  # fmt: skip
    named = rows.with_columns(kind.alias("kind")).with_columns(
        pl.when(pl.col("kind") == LINKED).then("linked_by").otherwise("kind").alias("pass")
    )
    counted = named.group_by("copy", "kind", "pass").agg(pl.len().alias("records"))
    return counted.select(pl.col(n).cast(t) for n, t in PASS_COUNT_SCHEMA.items()).sort("copy", "kind", "pass")


def cluster_sizes(crosswalk: pl.DataFrame) -> pl.DataFrame:
    """`size` (live records of one thing) and `things` of that size."""
    sizes = live(crosswalk).drop_nulls("canonical_id").group_by("canonical_id").agg(pl.len().alias("size"))
    return sizes.group_by("size").agg(pl.len().alias("things")).sort("size")


def several_in_one_copy(crosswalk: pl.DataFrame) -> pl.DataFrame:
    """`copy`, `records_each` (1, 2, 3 ...) and `things` that have so many live records in that copy."""
    each = (
        live(crosswalk).drop_nulls("canonical_id").group_by("copy", "canonical_id").agg(pl.len().alias("records_each"))
    )
    return each.group_by("copy", "records_each").agg(pl.len().alias("things")).sort("copy", "records_each")


def changes(today: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """What became of the things of the day before (CHANGE_SCHEMA): merged, split, new and gone.

    Only records that both days know decide whether things merged or split; a thing that gained a record did neither.
    """
    key = ["copy", "record_id"]
    now = live(today).drop_nulls("canonical_id").select(*key, "canonical_id")
    then = live(before).drop_nulls("canonical_id").select(*key, pl.col("canonical_id").alias("_was"))
    both = _touched(now.join(then, on=key, how="left"))
    came = both.group_by("canonical_id").agg(
        pl.col("_was").drop_nulls().unique().sort().alias("before"), pl.len().alias("records")
    )
    parts = both.drop_nulls("_was").group_by("_was").agg(pl.col("canonical_id").n_unique().alias("_parts"))
    torn = both.join(parts.filter(pl.col("_parts") > 1), on="_was").select("canonical_id").unique()
    is_torn = pl.col("canonical_id").is_in(torn["canonical_id"].implode())
    change = (
        pl.when(pl.col("before").list.len() > 1).then(pl.lit("merged"))
        .when(is_torn).then(pl.lit("split"))
        .when(pl.col("before").list.len() == 0).then(pl.lit("new"))
    )  # fmt: skip
    changed = came.with_columns(change.alias("change")).drop_nulls("change")
    left = then.join(now, on=key, how="anti").select("_was").unique()
    lost = then.join(left, on="_was", how="semi").join(now, on=key, how="left").group_by("_was").agg(
        pl.col("canonical_id").is_null().all().alias("_lost"), pl.len().alias("records")
    )  # fmt: skip
    gone = lost.filter("_lost").select(
        pl.lit("gone").alias("change"), pl.col("_was").alias("canonical_id"),
        pl.concat_list("_was").alias("before"), "records",
    )  # fmt: skip
    frames = [frame.select(pl.col(n).cast(t) for n, t in CHANGE_SCHEMA.items()) for frame in (changed, gone)]
    return pl.concat(frames).sort("change", "canonical_id")


def _touched(both: pl.DataFrame) -> pl.DataFrame:
    """All records of the things of which any record stood for another thing, or for none."""
    moved = both.filter(pl.col("_was").is_null() | (pl.col("_was") != pl.col("canonical_id")))
    things = pl.concat([moved["canonical_id"], moved["_was"]]).drop_nulls().unique()
    return both.filter(pl.col("canonical_id").is_in(things.implode()) | pl.col("_was").is_in(things.implode()))


def entity_count(entity: str, crosswalk: pl.DataFrame, review: pl.DataFrame, moved: pl.DataFrame) -> EntityCount:
    """An entity's counts for the daily sheet and for series; `moved`: what changed since the day before
    (CHANGE_SCHEMA)."""
    counted = pass_counts(crosswalk, review)
    by_kind = dict(counted.group_by("kind").agg(pl.col("records").sum()).iter_rows())
    by_change = dict(moved.group_by("change").len().iter_rows())
    several = several_in_one_copy(crosswalk).filter(pl.col("records_each") > 1)
    return EntityCount(
        entity=entity,
        records=live(crosswalk).height,
        things=live(crosswalk)["canonical_id"].drop_nulls().n_unique(),
        linked=by_kind.get(LINKED, 0),
        alone=by_kind.get(ALONE, 0) + by_kind.get(IN_REVIEW, 0),
        excluded=by_kind.get(EXCLUDED, 0),
        duplicates=int(several["things"].sum()),
        cases=review.height,
        merged=by_change.get("merged", 0),
        split=by_change.get("split", 0),
        new=by_change.get("new", 0),
    )


def passes_in_order(counted: pl.DataFrame) -> Sequence[str]:
    """The passes that linked anything, in the order in which they run, then alone, in review, excluded, deleted."""
    linked = counted.filter(pl.col("kind") == LINKED)["pass"].unique().to_list()
    return [*sorted(linked, key=_turn), *(k for k in (ALONE, IN_REVIEW, EXCLUDED, DELETED) if k in counted["kind"])]


def _turn(name: str) -> tuple[int, str]:
    starts = ("decision", "cross-reference", "equal", "linkage")
    return next((place for place, word in enumerate(starts) if name.startswith(word)), len(starts)), name
