"""The crosswalk: which record of which system stands for which thing, and by which pass."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from revrecon.canonical.clusters import Nodes
from revrecon.canonical.identity.frames import CROSSWALK_SCHEMA
from revrecon.canonical.identity.ids import canonical_ids
from revrecon.entity_map.entities import Entity


def crosswalk_of(
    entity_name: str, entity: Entity, nodes: pl.DataFrame, labels: Nodes, told: Sequence[pl.DataFrame]
) -> pl.DataFrame:
    """One row per node (CROSSWALK_SCHEMA) under the given clusters and the links of each pass."""
    ids = canonical_ids(entity, nodes.with_columns(pl.Series("_cluster", labels)))
    rows = nodes.with_columns(ids, _first_passes(nodes.height, told).alias("_pass")).with_columns(
        pl.when("_excluded").then(None).otherwise("canonical_id").alias("canonical_id")
    )
    linked_by = (
        pl.when("_excluded").then(pl.format("excluded: {}", "_reason")).otherwise(pl.coalesce("_pass", pl.lit("alone")))
    )
    return rows.select(
        pl.lit(entity_name).alias("entity"), "copy", "system", "object", pl.col("_id").alias("record_id"),
        "canonical_id", linked_by.alias("linked_by"), pl.col("_gone").alias("gone"),
    ).select(pl.col(c).cast(t) for c, t in CROSSWALK_SCHEMA.items())  # fmt: skip  # in the order of the nodes


def _first_passes(size: int, told: Sequence[pl.DataFrame]) -> pl.Series:
    """Per node the first pass after which it was not alone any more: the first that joined it to another one."""
    names: list[str | None] = [None]
    first = np.zeros(size, dtype=np.int64)
    for rows in told:
        made = rows.filter(pl.col("outcome") == "joined")
        if made.is_empty():
            continue
        ends = np.concatenate([made[side].to_numpy() for side in ("left", "right")])
        first[ends[first[ends] == 0]] = len(names)
        names.append(str(made["pass"][0]))
    return pl.Series(names, dtype=pl.String).gather(first)
