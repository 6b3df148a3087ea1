"""Where records stand: each at its node of the canonical tree, and of the department's own."""

import polars as pl

from revrecon.canonical.hierarchy import own_nodes
from revrecon.canonical.survivorship import representatives
from revrecon.canonical.world import World, referenced_copy
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition


class NotKnown(Exception):
    """A lens looks at a day or a copy of which nothing was ever received."""


def own_records(world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """The records of a copy. Raises NotKnown when it had said nothing by the world's day."""
    copy = world.entities[entity_name].copies.get(copy_name)
    if copy is None:
        raise NotKnown(f"nothing was received of {entity_name} in {copy_name} up to {world.as_of}")
    return copy.records


def rooted_copy(entity_map: EntityMap, definition: Definition, rooted: str) -> tuple[str, str]:
    """The entity and the copy whose tree a department's definition looks at."""
    if rooted == "self":
        return definition.entity, str(definition.copy_name)
    return referenced_copy(entity_map, definition.entity, str(definition.copy_name), rooted)


def placed(
    entity_map: EntityMap, world: World, definition: Definition, rooted: str, rows: pl.DataFrame, own_tree: bool
) -> pl.DataFrame:
    """Rows with the `_node` that they stand at, its `_canonical_root` and, under the department's tree, `_own_root`."""
    rows = rows.with_columns(pl.col("canonical_id" if rooted == "self" else rooted).alias("_node"))
    target = definition.entity if rooted == "self" else str(entity_map.entities[definition.entity].fields[rooted].to)
    roots = world.entities[target].tree.select(pl.col("node").alias("_node"), pl.col("root").alias("_canonical_root"))
    rows = rows.filter(pl.col("_node").is_not_null()).join(roots, on="_node", how="left")
    if own_tree and definition.copy_name is not None:
        return _under_own_tree(entity_map, world, definition, rooted, rows)
    return rows.with_columns(pl.lit(None, dtype=pl.String).alias("_own_root"))


def _under_own_tree(
    entity_map: EntityMap, world: World, definition: Definition, rooted: str, rows: pl.DataFrame
) -> pl.DataFrame:
    """Rows with `_own_root`: the root of their node in the department's tree, null where it has no such node."""
    target, through = rooted_copy(entity_map, definition, rooted)
    own = world.entities[target].own_trees.get(through)
    if own is None:
        return rows.with_columns(pl.lit(None, dtype=pl.String).alias("_own_root"))
    if rooted == "self":
        rows = pl.concat([rows, _contract_rows(entity_map.entities[target], world, target, through, rows)])
    else:
        rows = rows.join(_own_reference(entity_map, world, definition, rooted), on="canonical_id", how="left")
        rows = rows.with_columns(pl.coalesce("_own_node", "_node").alias("_node"))
    roots = own.select(pl.col("node").alias("_node"), pl.col("root").alias("_own_root"))
    return rows.join(roots, on="_node", how="left")


def _contract_rows(entity: Entity, world: World, target: str, through: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The same accounts once more for each contract entity that the department's tree holds beside them."""
    records = own_records(world, target, through)
    nodes = own_nodes(entity, through, records, representatives(entity, through, records)).filter("contract")
    beside = rows.join(nodes.select("canonical_id", pl.col("node").alias("_beside")), on="canonical_id")
    return beside.with_columns(pl.col("_beside").alias("_node")).select(rows.columns)


def _own_reference(entity_map: EntityMap, world: World, definition: Definition, rooted: str) -> pl.DataFrame:
    """For canonical records that the department holds itself: the node that its own record points to."""
    target, through = rooted_copy(entity_map, definition, rooted)
    entity = entity_map.entities[target]
    accounts = own_records(world, target, through)
    nodes = own_nodes(entity, through, accounts, representatives(entity, through, accounts))
    mine = own_records(world, definition.entity, str(definition.copy_name))
    kept = representatives(entity_map.entities[definition.entity], str(definition.copy_name), mine)
    pointed = kept.select("canonical_id", pl.col(f"{rooted}__key").alias("_id")).join(
        nodes.select("_id", "node"), on="_id"
    )
    return pointed.select("canonical_id", pl.col("node").alias("_own_node"))
