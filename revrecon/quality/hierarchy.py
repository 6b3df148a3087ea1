"""A copy's tree against the canonical one: missing and different parents, contract entities, cycles."""

import polars as pl

from revrecon.canonical.hierarchy import own_nodes
from revrecon.canonical.survivorship import representatives
from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.findings import as_findings, no_findings


def has_tree(entity_map: EntityMap, entity_name: str, copy_name: str) -> bool:
    """Whether a copy names parents."""
    entity = entity_map.entities[entity_name]
    return entity.hierarchy is not None and entity.hierarchy.parent_field in entity.replication[copy_name].fields


def wrong_parents(entity_map: EntityMap, world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """Findings for nodes of a copy's tree whose parent is not the canonical one.

    A parent counts as missing only where the copy holds an ancestor to point to. The canonical tree itself is judged
    for cycles and unknown parents.
    """
    if not has_tree(entity_map, entity_name, copy_name):
        return no_findings()
    here = world.entities[entity_name]
    entity = entity_map.entities[entity_name]
    copy = here.copies[copy_name]
    kept = representatives(entity, copy_name, copy.records)
    nodes = own_nodes(entity, copy_name, copy.records, kept)
    own = here.own_trees[copy_name]
    held = own.select("node")
    expected = nearest_held(here.tree, held).select("node", pl.col("held_parent").alias("expected"))
    judged = (
        nodes.join(own.select("node", pl.col("parent").alias("observed"), "trouble"), on="node", how="left")
        .filter(pl.col("contract") | (pl.col("node") == pl.col("canonical_id")).fill_null(False))
        .join(kept.select("_id", pl.lit(True).alias("_kept")), on="_id", how="left")
        .filter(pl.col("contract") | pl.col("_kept").fill_null(False))
        .join(expected, on="node", how="left")
    )
    judged = judged.with_columns(
        pl.when("contract").then("canonical_id").otherwise("expected").alias("expected"), _cause().alias("cause")
    ).filter(pl.col("cause").is_not_null())
    if judged.is_empty():
        return no_findings()
    changed = copy.records.select("_id", pl.col("_changed").dt.date().alias("since"))
    return as_findings(
        judged.join(changed, on="_id", how="left").select(
            "cause", pl.lit("parent_is_the_canonical_one").alias("rule"), pl.lit(entity_name).alias("entity"),
            pl.lit(copy_name).alias("copy"), pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object"),
            pl.col("_id").alias("record_id"), "canonical_id",
            pl.lit(entity.hierarchy.parent_field if entity.hierarchy else None).alias("field"),
            "expected", "observed", "since",
        )
    )  # fmt: skip


def _cause() -> pl.Expr:
    lost = pl.col("observed").is_null()
    differs = (pl.col("observed") != pl.col("expected")).fill_null(False)
    return (
        pl.when(pl.col("trouble") == "cycle").then(pl.lit("hierarchy.cycle"))
        .when(pl.col("contract") & (lost | (pl.col("observed") != pl.col("canonical_id"))).fill_null(False))
        .then(pl.lit("hierarchy.contract_entity"))
        .when(pl.col("contract")).then(None)
        .when(pl.col("trouble") == "unknown_parent").then(pl.lit("hierarchy.missing_parent"))
        .when(lost & pl.col("expected").is_not_null()).then(pl.lit("hierarchy.missing_parent"))
        .when(differs | (~lost & pl.col("expected").is_null())).then(pl.lit("hierarchy.different_parent"))
    )  # fmt: skip


def nearest_held(tree: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """For every node of a tree the nearest ancestor among the held nodes: `node`, `held_parent` (null for none)."""
    up = tree.select("node", "parent")
    marked = held.select(pl.col("node").alias("_at"), pl.lit(True).alias("_held")).unique("_at")
    climbing = up.select("node", pl.col("parent").alias("_at"))
    arrived = []
    while not climbing.is_empty():
        climbing = climbing.join(marked, on="_at", how="left")
        there = climbing.filter(pl.col("_held").fill_null(False) | pl.col("_at").is_null())
        arrived.append(there.select("node", pl.col("_at").alias("held_parent")))
        climbing = climbing.join(there.select("node"), on="node", how="anti")
        climbing = climbing.join(up.rename({"node": "_at", "parent": "_up"}), on="_at", how="left").select(
            "node", pl.col("_up").alias("_at")
        )
    return pl.concat(arrived) if arrived else pl.DataFrame(schema={"node": pl.String, "held_parent": pl.String})
