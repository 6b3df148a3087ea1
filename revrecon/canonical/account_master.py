"""The account master: canonical records with the canonical hierarchy and every system's keys, one row each."""

from collections.abc import Iterable

import polars as pl

from revrecon.canonical.world import EntityWorld
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.model import EntityMap

MASTER_COLUMNS: dict[str, pl.DataType] = {
    "canonical_id": pl.String(),
    "canonical_parent": pl.String(),  # null for a root
    "ultimate_parent": pl.String(),  # the root above it; a root is its own
    "hierarchy_level": pl.Int64(),  # 0 for a root
}
"""The first columns of every master. Then the entity's fields with `FIELD__from`, the copy that won, and `ids__COPY`,
the keys of a copy's records that stand for it. The parent's raw field is left out: it is above."""


def entities_with_a_tree(entity_map: EntityMap) -> list[str]:
    """The entities of the map that have a hierarchy, and therefore a master."""
    return [name for name, entity in entity_map.entities.items() if entity.hierarchy is not None]


def account_master(entity: Entity, here: EntityWorld) -> pl.DataFrame:
    """Every canonical record of an entity exactly once, by canonical id (MASTER_COLUMNS and the entity's own)."""
    parent = entity.hierarchy.parent_field if entity.hierarchy else None
    fields = [name for name in entity.fields if name != parent]
    placed = here.tree.select(
        pl.col("node").alias("canonical_id"), pl.col("parent").alias("canonical_parent"),
        pl.col("root").alias("ultimate_parent"), pl.col("depth").alias("hierarchy_level"),
    )  # fmt: skip
    values = here.canonical.select("canonical_id", *(c for name in fields for c in (name, f"{name}__from")))
    master = placed.join(values, on="canonical_id", how="left")
    for copy_name in entity.replication:
        master = master.join(_ids(here.crosswalk, copy_name), on="canonical_id", how="left")
    return master.sort("canonical_id")


def _ids(crosswalk: pl.DataFrame, copy_name: str) -> pl.DataFrame:
    mine = crosswalk.filter((pl.col("copy") == copy_name) & pl.col("canonical_id").is_not_null()).sort("record_id")
    return mine.group_by("canonical_id").agg(pl.col("record_id").alias(f"ids__{copy_name}"))


def id_columns(copies: Iterable[str]) -> list[str]:
    """The columns of a master that hold the keys of copies."""
    return [f"ids__{name}" for name in copies]
