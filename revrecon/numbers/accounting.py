"""Row accounting: every row of a copy, and every canonical record, ends in exactly one place."""

from collections.abc import Mapping, Sequence

import polars as pl

from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.survivorship import places_in
from revrecon.canonical.world import World

OUTCOMES = ("matched", "only here", "only there", "excluded", "no key")
"""Where a row can end. `matched`: it stands for a canonical record. `only here`: the copy's row stands for none.
`only there`: a canonical record that the copy has no row of. `excluded`: by a rule of the map, or deleted in its
system. `no key`: it cannot be told from others."""

ROW_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "copy": pl.String(),
    "record_id": pl.String(),  # the copy's key; null for canonical records that it has no row of
    "canonical_id": pl.String(),
    "outcome": pl.String(),  # one of OUTCOMES
    "reason": pl.String(),  # why it is excluded, else null
}
"""One row per row of the copy, then one per canonical record that only the canonical side has."""

ROW_ACCOUNTING_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "copy": pl.String(),
    "rows": pl.Int64(),  # of the copy, rows without a key included
    "canonical": pl.Int64(),  # canonical records
    "matched": pl.Int64(),  # rows that stand for a canonical record
    "matched_records": pl.Int64(),  # canonical records that they stand for: fewer where some are held twice
    "only_here": pl.Int64(),
    "only_there": pl.Int64(),
    "excluded": pl.Int64(),
    "no_key": pl.Int64(),
}
"""One row per copy: rows = matched + only here + excluded + no key; canonical = matched records + only there."""

NoKey = Mapping[tuple[str, str], int]
"""Per entity and copy how many rows were set aside on arrival because they have no key."""


def rows_told(world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """Where each row of a copy and each canonical record ends (ROW_SCHEMA)."""
    here = world.entities[entity_name]
    canonical = here.canonical["canonical_id"]
    copy: CopyRecords = here.copies[copy_name]
    rows = _ended(copy, here.canonical)
    matched = rows.filter(pl.col("outcome") == "matched")["canonical_id"]
    lacking = canonical.filter(~canonical.is_in(matched.implode()))
    there = lacking.to_frame().select("canonical_id", pl.lit("only there").alias("outcome"))
    parts = [rows, _deleted(copy), there]
    told = pl.concat(parts, how="diagonal").with_columns(
        pl.lit(entity_name).alias("entity"), pl.lit(copy_name).alias("copy"), pl.col("_id").alias("record_id")
    )
    return told.select(pl.col(column).cast(dtype) for column, dtype in ROW_SCHEMA.items())


def _ended(copy: CopyRecords, canonical: pl.DataFrame) -> pl.DataFrame:
    """Where each record of a copy ends, beside `_row`, that of the canonical record which it stands for."""
    keyless = pl.col("_id").is_null() | (pl.col("_id").str.strip_chars() == "")
    outcome = (
        pl.when(keyless).then(pl.lit("no key"))
        .when(pl.col("_excluded").is_not_null()).then(pl.lit("excluded"))
        .when(pl.col("_row").is_not_null()).then(pl.lit("matched"))
        .otherwise(pl.lit("only here"))
    )  # fmt: skip
    placed = copy.records.select("_id", "canonical_id", "_excluded").with_columns(places_in(copy, canonical))
    return placed.select("_id", "canonical_id", "_row", outcome.alias("outcome"), pl.col("_excluded").alias("reason"))


def _deleted(copy: CopyRecords) -> pl.DataFrame:
    if copy.gone.is_empty():
        return pl.DataFrame(schema={"_id": pl.String})
    return copy.gone.select("_id", pl.lit("excluded").alias("outcome"), pl.lit("deleted in its system").alias("reason"))


def row_accounting(world: World, no_key: NoKey) -> pl.DataFrame:
    """How many rows of every copy end where (ROW_ACCOUNTING_SCHEMA), in the map's order."""
    counted = [
        copy_accounting(world, entity, copy, no_key.get((entity, copy), 0))
        for entity, here in world.entities.items()
        for copy in here.copies
    ]
    return pl.concat([pl.DataFrame(schema=ROW_ACCOUNTING_SCHEMA), *counted])


def copy_accounting(world: World, entity: str, copy: str, set_aside: int = 0) -> pl.DataFrame:
    """How many rows of one copy end where, as `rows_told` tells of each; `set_aside`: those that have no key."""
    here = world.entities[entity]
    canonical, held = here.canonical.height, here.copies[copy]
    rows = _ended(held, here.canonical)
    ended = dict.fromkeys(OUTCOMES, 0) | dict(rows["outcome"].value_counts().iter_rows())
    matched = rows.filter(pl.col("outcome") == "matched")["_row"].n_unique()
    counts = {
        "entity": entity, "copy": copy, "rows": held.records.height + held.gone.height + set_aside,
        "canonical": canonical, "matched": ended["matched"], "matched_records": matched,
        "only_here": ended["only here"], "only_there": canonical - matched,
        "excluded": ended["excluded"] + held.gone.height, "no_key": ended["no key"] + set_aside,
    }  # fmt: skip
    return pl.DataFrame([counts], schema=ROW_ACCOUNTING_SCHEMA)


def accounting_of_parts(parts: Sequence[pl.DataFrame], set_aside: int = 0) -> pl.DataFrame:
    """The accounting of a copy from those of its parts, of which no two hold records of the same thing."""
    numbers = [name for name, dtype in ROW_ACCOUNTING_SCHEMA.items() if dtype == pl.Int64()]
    added = pl.concat(parts).group_by("entity", "copy", maintain_order=True).agg(pl.col(numbers).sum())
    return added.with_columns(pl.col("rows", "no_key") + set_aside).select(list(ROW_ACCOUNTING_SCHEMA))
