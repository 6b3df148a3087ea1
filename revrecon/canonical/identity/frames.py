"""What identity hands on: the crosswalk, the links that made it, and what waits for a steward."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from revrecon.canonical.identity.linkage.schemas import EVIDENCE

LINKAGE = "linkage"
"""The name of the probabilistic pass."""

CROSSWALK_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "copy": pl.String(),
    "system": pl.String(),
    "object": pl.String(),
    "record_id": pl.String(),
    "canonical_id": pl.String(),  # null: the record stands for nothing
    "linked_by": pl.String(),  # the pass that joined it to another record; alone; excluded: REASON
    "gone": pl.Boolean(),  # the system has deleted the record; it still keeps the identity together
}
"""One row per source record that an entity ever had."""

LINK_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "left_copy": pl.String(),
    "left_id": pl.String(),
    "right_copy": pl.String(),
    "right_id": pl.String(),
    "pass": pl.String(),  # decision; cross-reference to COPY; equal FIELDS; linkage
    "weight": pl.Float64(),  # log2 of the posterior odds; null unless linkage
    "probability": pl.Float64(),
    "evidence": pl.List(EVIDENCE),
    "outcome": pl.String(),  # joined, review or refused
    "reason": pl.String(),  # why it was refused or waits
}
"""One row per link between two records that was made, refused, or waits for a steward."""

REVIEW_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "case": pl.String(),  # short and stable: made of the founding records of both things
    "left_copy": pl.String(),
    "left_id": pl.String(),
    "right_copy": pl.String(),
    "right_id": pl.String(),
    "left_canonical_id": pl.String(),
    "right_canonical_id": pl.String(),
    "weight": pl.Float64(),
    "probability": pl.Float64(),
    "reason": pl.String(),
    "evidence": pl.List(EVIDENCE),
    "amount": pl.Decimal(18, 2),  # money on both things together; null where the entity has none
}
"""One row per pair of canonical things that may be one; its best pair of records stands for it."""


@dataclass(frozen=True)
class Identities:
    """Who is who in one entity on one day (CROSSWALK_SCHEMA, LINK_SCHEMA, REVIEW_SCHEMA)."""

    crosswalk: pl.DataFrame
    links: pl.DataFrame
    review: pl.DataFrame


def nobody() -> Identities:
    """No records, hence no identities."""
    return Identities(
        pl.DataFrame(schema=CROSSWALK_SCHEMA), pl.DataFrame(schema=LINK_SCHEMA), pl.DataFrame(schema=REVIEW_SCHEMA)
    )


def shaped(rows: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Rows with exactly the columns of a schema; a column that is not there is null."""
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )
