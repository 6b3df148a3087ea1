"""A copy's tree against the canonical one: missing and different parents, contract entities, cycles."""

import polars as pl

from revrecon.canonical.hierarchy import corrections_on, own_nodes, unknown_keys
from revrecon.canonical.survivorship import representatives
from revrecon.canonical.world import World
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.model import EntityMap
from revrecon.findings import all_findings, as_findings, no_findings

NODE_SCHEMA: dict[str, pl.DataType] = {
    "_id": pl.String(),  # the record's key in its system
    "node": pl.String(),  # its node in the copy's own tree
    "canonical_id": pl.String(),
    "contract": pl.Boolean(),  # stands for a contract beside its company
    "observed": pl.String(),  # the parent's node in the copy's own tree
    "expected": pl.String(),  # the nearest canonical ancestor that the copy holds; of a contract its company
    "trouble": pl.String(),  # of the own tree: cycle, unknown_parent, or null
    "cause": pl.String(),  # what is wrong, or null
}
"""One row per node of a copy's tree, sorted by node."""


def has_tree(entity_map: EntityMap, entity_name: str, copy_name: str) -> bool:
    """Whether a copy names parents."""
    entity = entity_map.entities[entity_name]
    return entity.hierarchy is not None and entity.hierarchy.parent_field in entity.replication[copy_name].fields


def wrong_parents(entity_map: EntityMap, world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """Findings for records of a copy's tree whose parent is not the canonical one.

    A parent counts as missing only where the copy holds an ancestor to point to. Duplicates that name another parent
    than the record that is kept, and corrections of the map that name unknown records, are found too. The canonical
    tree itself is judged for cycles and unknown parents.
    """
    if not has_tree(entity_map, entity_name, copy_name):
        return no_findings()
    judged = judged_nodes(entity_map, world, entity_name, copy_name).filter(pl.col("cause").is_not_null())
    frames = (
        judged.with_columns(pl.lit("parent_is_the_canonical_one").alias("rule")),
        _several_parents(entity_map, world, entity_name, copy_name),
        _lost_corrections(entity_map, world, entity_name, copy_name),
    )
    return all_findings([_found(entity_map, world, entity_name, copy_name, frame) for frame in frames])


def _found(entity_map: EntityMap, world: World, entity_name: str, copy_name: str, judged: pl.DataFrame) -> pl.DataFrame:
    entity, copy = entity_map.entities[entity_name], world.entities[entity_name].copies[copy_name]
    changed = copy.records.select("_id", pl.col("_changed").dt.date().alias("since"))
    return as_findings(
        judged.join(changed, on="_id", how="left").select(
            "cause", "rule", pl.lit(entity_name).alias("entity"),
            pl.lit(copy_name).alias("copy"), pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object"),
            pl.col("_id").alias("record_id"), "canonical_id",
            pl.lit(entity.hierarchy.parent_field if entity.hierarchy else None).alias("field"),
            "expected", "observed", "since",
        )
    )  # fmt: skip


def judged_nodes(entity_map: EntityMap, world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """Every node of a copy's tree that stands for something canonical, with its verdict (NODE_SCHEMA)."""
    here = world.entities[entity_name]
    entity = entity_map.entities[entity_name]
    records = here.copies[copy_name].records
    kept = representatives(entity, copy_name, records)
    nodes = own_nodes(entity, copy_name, records, kept)
    own = here.own_trees[copy_name]
    expected = nearest_held(here.tree, own.select("node")).select("node", pl.col("held_parent").alias("expected"))
    judged = (
        nodes.join(own.select("node", pl.col("parent").alias("observed"), "trouble"), on="node", how="left")
        .filter(pl.col("contract") | (pl.col("node") == pl.col("canonical_id")).fill_null(False))
        .join(kept.select("_id", pl.lit(True).alias("_kept")), on="_id", how="left")
        .filter(pl.col("contract") | pl.col("_kept").fill_null(False))
        .join(expected, on="node", how="left")
        .with_columns(pl.when("contract").then("canonical_id").otherwise("expected").alias("expected"))
    )
    judged = judged.with_columns(_cause().alias("cause"))
    return judged.select(pl.col(column).cast(dtype) for column, dtype in NODE_SCHEMA.items()).sort("node")


def _several_parents(entity_map: EntityMap, world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """Duplicates whose parent is neither that of the kept record nor the canonical one: one thing, several parents."""
    here, entity = world.entities[entity_name], entity_map.entities[entity_name]
    records = here.copies[copy_name].records
    nodes = own_nodes(entity, copy_name, records, representatives(entity, copy_name, records))
    judged = judged_nodes(entity_map, world, entity_name, copy_name)
    parents = records.select("_id", pl.col(f"{_parent_field(entity)}__key").alias("_above"))
    above = nodes.select(pl.col("_id").alias("_above"), pl.col("node").alias("_parent"))
    said = judged.filter(~pl.col("contract")).select("node", "expected", pl.col("observed").alias("_said"))
    folded = (
        nodes.filter(~pl.col("contract") & (pl.col("node") == pl.col("canonical_id")).fill_null(False))
        .join(judged.select("_id"), on="_id", how="anti")
        .join(parents, on="_id")
        .join(above, on="_above", how="left")
        .join(said, on="node")
    )
    says_another = pl.all_horizontal(
        (pl.col("_parent") != pl.col(other)).fill_null(True) for other in ("_said", "expected", "node")
    )
    return folded.filter(pl.col("_parent").is_not_null() & says_another).select(
        "_id", "canonical_id", "expected", pl.col("_parent").alias("observed"),
        pl.lit("hierarchy.different_parent").alias("cause"), pl.lit("duplicates_name_one_parent").alias("rule"),
    )  # fmt: skip


def _parent_field(entity: Entity) -> str:
    return entity.hierarchy.parent_field if entity.hierarchy else ""


def _lost_corrections(entity_map: EntityMap, world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """Corrections of the map in effect that name a record which the canonical copy does not hold."""
    entity, copies = entity_map.entities[entity_name], world.entities[entity_name].copies
    schema = dict.fromkeys(("_id", "canonical_id", "expected", "observed", "cause", "rule"), pl.String)
    if entity.hierarchy is None or entity.hierarchy.canonical != copy_name:
        return pl.DataFrame(schema=schema)
    standing = copies[copy_name].records.filter(pl.col("canonical_id").is_not_null())
    known = dict(standing.select("_id", "canonical_id").iter_rows())
    lost = [one for one in corrections_on(entity, world.as_of) if unknown_keys(one, known)]
    cause, rule = "hierarchy.different_parent", "corrections_name_known_records"
    told = [(one.child, known.get(one.child), one.parent, None, cause, rule) for one in lost]
    return pl.DataFrame(told, schema=schema, orient="row")


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
