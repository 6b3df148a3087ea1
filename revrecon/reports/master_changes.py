"""What changed between two publications of a file, row by row and field by field."""

import polars as pl

from revrecon.reports.master_files import ALIAS_SCHEMA, MasterFile

CHANGE_SCHEMA: dict[str, pl.DataType] = {
    "key": pl.String(),
    "canonical_id": pl.String(),  # what the row stands for now; of a row that is gone, what it stood for
    "change": pl.String(),  # new, changed, merged or gone
    "field": pl.String(),  # the column that changed; null for a row that is new or gone
    "old": pl.String(),
    "new": pl.String(),
}
"""One row per row that came, went or was merged, and per field that changed; sorted."""

CHANGES = ("new", "changed", "merged", "gone")


def changes(before: pl.DataFrame | None, after: MasterFile, aliases: pl.DataFrame) -> pl.DataFrame:
    """How a file differs from what was published before (CHANGE_SCHEMA); everything is new the first time.

    A row whose canonical id has become an alias is merged; where the key itself is the canonical id, so is a row that
    went and is an alias now. A column that one side lacks is empty there.
    """
    frame, key, id_column = after.frame, after.key, after.id_column
    earlier = frame.clear() if before is None else before
    columns = list(dict.fromkeys([*frame.columns, *earlier.columns]))
    now, then = (_filled(one, columns) for one in (frame, earlier))
    came = now.join(then, on=key, how="anti").select(_row(key, id_column, "new"))
    went = _went(then.join(now, on=key, how="anti"), key, id_column, aliases)
    both = now.join(then.rename({c: f"_then_{c}" for c in columns if c != key}), on=key)
    fields = [c for c in columns if c != key]
    altered = [_altered(both, key, id_column, field, aliases) for field in fields]
    every = pl.concat([came, went, *altered])
    return every.sort("key", "change", "field", nulls_last=True)


def _filled(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    absent = [pl.lit(None, dtype=pl.String).alias(c) for c in columns if c not in frame.columns]
    return frame.with_columns(*absent).select(columns)


def _row(key: str, id_column: str, change: str) -> list[pl.Expr]:
    nothing = [pl.lit(None, dtype=pl.String).alias(name) for name in ("field", "old", "new")]
    return [pl.col(key).alias("key"), pl.col(id_column).alias("canonical_id"), pl.lit(change).alias("change"), *nothing]


def _went(rows: pl.DataFrame, key: str, id_column: str, aliases: pl.DataFrame) -> pl.DataFrame:
    gone = rows.select(_row(key, id_column, "gone"))
    if key != id_column:
        return gone
    known = aliases.select(pl.col("alias").alias("key"), pl.col("canonical_id").alias("_into"))
    merged = pl.col("_into").is_not_null()
    return gone.join(known, on="key", how="left").select(
        "key", pl.coalesce("_into", "canonical_id").alias("canonical_id"),
        pl.when(merged).then(pl.lit("merged")).otherwise("change").alias("change"),
        pl.when(merged).then(pl.lit(id_column)).alias("field"),
        pl.when(merged).then("key").alias("old"), pl.when(merged).then("_into").alias("new"),
    )  # fmt: skip


def _altered(both: pl.DataFrame, key: str, id_column: str, field: str, aliases: pl.DataFrame) -> pl.DataFrame:
    rows = both.filter(pl.col(field).ne_missing(pl.col(f"_then_{field}"))).select(
        pl.col(key).alias("key"), pl.col(id_column).alias("canonical_id"), pl.lit("changed").alias("change"),
        pl.lit(field).alias("field"), pl.col(f"_then_{field}").alias("old"), pl.col(field).alias("new"),
    )  # fmt: skip
    if field != id_column:
        return rows
    known = aliases.select(pl.col("alias").alias("old"), pl.col("canonical_id").alias("_into"))
    merged = (pl.col("_into") == pl.col("new")).fill_null(False)
    judged = rows.join(known, on="old", how="left")
    return judged.with_columns(pl.when(merged).then(pl.lit("merged")).otherwise("change").alias("change")).drop("_into")


def counted(found: pl.DataFrame) -> dict[str, int]:
    """How many rows of a file are new, changed, merged and gone; a row counts once under each."""
    rows = dict(found.group_by("change").agg(pl.col("key").n_unique()).iter_rows())
    return {change: int(rows.get(change, 0)) for change in CHANGES}


def aliases_now(
    known: pl.DataFrame, earlier_ids: pl.DataFrame | None, crosswalk: pl.DataFrame, canonical_ids: pl.Series
) -> pl.DataFrame:
    """Former canonical ids and what they stand for now (ALIAS_SCHEMA), sorted.

    `earlier_ids`: `copy`, `record_id` and `canonical_id` as last published, `crosswalk` the same now. An id that is no
    longer canonical stands for what most of its records stand for now; an id without records any more has no alias,
    and one that is canonical again (a merge undone) is none.
    """
    mine = crosswalk.select("copy", "record_id", pl.col("canonical_id").alias("_now"))
    earlier = pl.DataFrame(schema={"copy": pl.String, "record_id": pl.String, "canonical_id": pl.String})
    earlier = earlier if earlier_ids is None else earlier_ids
    went = earlier.join(mine, on=["copy", "record_id"]).filter(
        ~pl.col("canonical_id").is_in(canonical_ids.implode()), pl.col("_now").is_in(canonical_ids.implode())
    )
    votes = went.group_by("canonical_id", "_now").len().sort("len", "_now", descending=[True, False])
    fresh = votes.unique("canonical_id", keep="first", maintain_order=True)
    moved = fresh.select(pl.col("canonical_id").alias("alias"), pl.col("_now").alias("canonical_id"))
    onwards = known.join(moved.rename({"alias": "canonical_id", "canonical_id": "_now"}), on="canonical_id", how="left")
    carried = onwards.select("alias", pl.coalesce("_now", "canonical_id").alias("canonical_id"))
    every = pl.concat([moved, carried]).unique("alias", keep="first", maintain_order=True)
    stands = pl.col("canonical_id").is_in(canonical_ids.implode()) & ~pl.col("alias").is_in(canonical_ids.implode())
    return every.filter(stands).select(pl.col(c).cast(t) for c, t in ALIAS_SCHEMA.items()).sort("alias")
