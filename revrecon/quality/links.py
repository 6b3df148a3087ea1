"""Wrong links: nodes of a copy's tree that stand under the wrong parent, and the tree once they are set right."""

import polars as pl

from revrecon.canonical.hierarchy import TREE_SCHEMA, tree
from revrecon.canonical.naming import naming_field
from revrecon.canonical.survivorship import representatives
from revrecon.canonical.world import EntityWorld, World
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.model import EntityMap
from revrecon.quality.hierarchy import has_tree, judged_nodes

LINK_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "copy": pl.String(),
    "system": pl.String(),
    "object": pl.String(),
    "record_id": pl.String(),  # the record whose parent is wrong, by its key in the system
    "label": pl.String(),  # what a person would call it
    "node": pl.String(),  # its node in the copy's tree
    "canonical_id": pl.String(),
    "cause": pl.String(),
    "own_parent": pl.String(),  # nodes, null for none
    "canonical_parent": pl.String(),  # where it belongs in this copy; null: under nothing
    "parent_is_held": pl.Boolean(),  # whether the copy holds that parent, or must get it first
    "own_parent_label": pl.String(),
    "canonical_parent_label": pl.String(),
    "canonical_parent_id": pl.String(),  # that parent by its key in this system; null where it is not held
    "own_root": pl.String(),
    "canonical_root": pl.String(),
}
"""One row per wrong link of a copy, sorted by node."""


def wrong_links(entity_map: EntityMap, world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """Every node of a copy that must get another parent before its roots are the canonical ones (LINK_SCHEMA).

    These are the nodes that `wrong_parents` finds, and those whose canonical ancestors the copy does not hold at all:
    no fault of the record, but a reason why the copy rolls up to another root. Setting all of them right gives every
    node its canonical root.
    """
    here = world.entities[entity_name]
    if not has_tree(entity_map, entity_name, copy_name) or copy_name not in here.copies:
        return pl.DataFrame(schema=LINK_SCHEMA)
    judged = _with_target(judged_nodes(entity_map, world, entity_name, copy_name), here, copy_name)
    lone = pl.col("observed").is_null() & pl.col("target").is_not_null()
    cause = pl.coalesce("cause", pl.when(lone).then(pl.lit("hierarchy.missing_parent")))
    copy = here.copies[copy_name]
    links = judged.with_columns(
        cause.alias("cause"), pl.col("_id").alias("record_id"), pl.lit(entity_name).alias("entity"),
        pl.lit(copy_name).alias("copy"), pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object"),
        pl.col("observed").alias("own_parent"), pl.col("target").alias("canonical_parent"),
    ).filter(pl.col("cause").is_not_null())  # fmt: skip
    entity = entity_map.entities[entity_name]
    names = node_names(entity, here, copy_name)
    own_key = representatives(entity, copy_name, copy.records).select(
        pl.col("canonical_id").alias("canonical_parent"), pl.col("_id").alias("canonical_parent_id")
    )
    links = (
        links.join(names, on="node", how="left")
        .join(names.rename({"node": "own_parent", "label": "own_parent_label"}), on="own_parent", how="left")
        .join(
            names.rename({"node": "canonical_parent", "label": "canonical_parent_label"}),
            on="canonical_parent",
            how="left",
        )
        .join(own_key, on="canonical_parent", how="left")
    )
    return links.select(pl.col(column).cast(dtype) for column, dtype in LINK_SCHEMA.items()).sort("node")


def _with_target(judged: pl.DataFrame, here: EntityWorld, copy_name: str) -> pl.DataFrame:
    """Nodes with their `target` parent: the nearest ancestor that the copy holds, else the canonical parent itself."""
    own = here.own_trees[copy_name].select("node", pl.col("root").alias("own_root"))
    canonical = here.tree.select(
        pl.col("node").alias("canonical_id"), pl.col("parent").alias("_parent"), pl.col("root").alias("canonical_root")
    )
    held = own.select(pl.col("node").alias("target"), pl.lit(True).alias("_held"))
    joined = judged.join(own, on="node", how="left").join(canonical, on="canonical_id", how="left")
    target = pl.when("contract").then("canonical_id").otherwise(pl.coalesce("expected", "_parent"))
    joined = joined.with_columns(target.alias("target")).join(held, on="target", how="left")
    return joined.with_columns((pl.col("_held").fill_null(False) | pl.col("target").is_null()).alias("parent_is_held"))


def node_names(entity: Entity, here: EntityWorld, copy_name: str) -> pl.DataFrame:
    """What people call a node (`node`, `label`): its canonical name, or its own record's where it has none."""
    field = naming_field(entity)
    records = here.copies[copy_name].records
    beside = records.select(
        pl.format("{}!own:{}", pl.lit(copy_name), "_id").alias("node"),
        (pl.col(field) if field in records.columns else pl.col("_id")).alias("label"),
    )
    if field is None:
        return beside
    known = here.canonical.select(
        pl.col("canonical_id").alias("node"), pl.coalesce(field, "canonical_id").alias("label")
    )
    return pl.concat([known, beside])


def set_right(own: pl.DataFrame, canonical: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """A copy's tree with some of its wrong links (LINK_SCHEMA) under their canonical parents (TREE_SCHEMA).

    Parents that the copy lacks are taken in with their canonical ancestors; only nodes of the copy are given back.
    Setting the same links right twice changes nothing.
    """
    wanted = links.select("node", pl.col("canonical_parent").alias("_to"), pl.lit(True).alias("_moved"))
    parents = own.select("node", "parent").join(wanted, on="node", how="left")
    parent = pl.when(pl.col("_moved").fill_null(False)).then("_to").otherwise("parent")
    lacking = canonical.select("node", "parent").join(own.select("node"), on="node", how="anti")
    whole = tree(pl.concat([parents.select("node", parent.alias("parent")), lacking]))
    mine = whole.join(own.select("node"), on="node", how="semi").sort("node")
    return mine.select(pl.col(column).cast(dtype) for column, dtype in TREE_SCHEMA.items())
