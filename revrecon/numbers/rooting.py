"""Which root a counted record stands under, in the department's tree or in the canonical one.

The counterpart of `placing` for a department's own rows, and for a definition that is not the department's. Functions
give a row per counted record and root (`unit_id`, `record`, `_root`); distinct `_root` are counted per `unit_id`.
"""

import polars as pl

from revrecon.canonical.hierarchy import own_nodes
from revrecon.canonical.survivorship import representatives
from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition
from revrecon.numbers.lenses import own_formula, raw_roots
from revrecon.numbers.placing import own_records, placed, rooted_copy


def roots_of_own_rows(
    entity_map: EntityMap, world: World, department: Definition, rooted: str, rows: pl.DataFrame, own_tree: bool
) -> pl.DataFrame:
    """A department's own rows (with `_id`, `record` and `ROOTED__key`) at their roots, duplicates not folded.

    Under the canonical tree a record is where its canonical node is, but a duplicate stays where it was: that there are
    two of it is for the data to answer, not for the tree. Rows whose key leads nowhere count for nothing, as in the
    department's own figure.
    """
    target, through = rooted_copy(entity_map, department, rooted)
    places = own_places(entity_map, world, target, through)
    key = "_id" if rooted == "self" else f"{rooted}__key"
    found = rows.join(places, left_on=key, right_on="_key")
    unit = pl.col("_own_root" if own_tree else "_canonical_root")
    return found.select(unit.alias("unit_id"), "record", pl.format("{}#{}", unit, "_nth").alias("_root"))


def own_places(entity_map: EntityMap, world: World, target: str, through: str) -> pl.DataFrame:
    """Each record `_key` of a copy with its `_own_root`, its `_canonical_root`, and the how-many-eth record of its
    thing its own root is (`_nth`, 0 for the one that is kept)."""
    entity = entity_map.entities[target]
    records = own_records(world, target, through)
    kept = representatives(entity, through, records)
    nodes = own_nodes(entity, through, records, kept).sort("_id")
    beside = pl.col("canonical_id").is_null() | pl.col("contract") | pl.col("_id").is_in(kept["_id"].implode())
    later = (~beside).cast(pl.Int64).cum_sum().over("canonical_id")
    nodes = nodes.with_columns(pl.when(beside).then(0).otherwise(later).alias("_nth"))
    roots = raw_roots(entity, world, target, through).rename({"unit_id": "_own_root"})
    tree = world.entities[target].tree.select(pl.col("node").alias("canonical_id"), pl.col("root").alias("_tree_root"))
    found = nodes.join(roots, left_on="_id", right_on="_node").join(tree, on="canonical_id", how="left")
    of_root = nodes.select(pl.col("_id").alias("_root"), pl.col("_nth").alias("_root_nth"))
    canonical = pl.when(pl.col("_nth") == 0).then(pl.coalesce("_tree_root", "_own_root")).otherwise("_own_root")
    return found.join(of_root, on="_root").select(
        pl.col("_id").alias("_key"), "_own_root", canonical.alias("_canonical_root"), pl.col("_root_nth").alias("_nth")
    )


def roots_of_canonical_rows(
    entity_map: EntityMap, world: World, department: Definition, entity_name: str, rooted: str, rows: pl.DataFrame,
    own_tree: bool,
) -> pl.DataFrame:  # fmt: skip
    """Canonical rows (with `canonical_id`, `record` and the reference field) at their roots in the department's tree,
    or in the canonical one where it has none."""
    root = pl.coalesce("_own_root", "_canonical_root", "_node")
    if own_tree and _holds_itself(entity_map, department, entity_name, rooted):
        found = placed(entity_map, world, department, rooted, rows, own_tree=True)
    else:
        target = entity_name if rooted == "self" else str(entity_map.entities[entity_name].fields[rooted].to)
        found = _by_canonical_node(entity_map, world, department, target, rooted, rows, own_tree)
    return found.select(root.alias("unit_id"), "record", pl.format("{}#0", root).alias("_root"))


def _holds_itself(entity_map: EntityMap, department: Definition, entity_name: str, rooted: str) -> bool:
    """Whether the department's own copy is of this entity and leads to a tree by this field."""
    mapped = entity_map.entities[department.entity].replication[str(department.copy_name)].fields
    return entity_name == department.entity and (rooted == "self" or rooted in mapped)


def _by_canonical_node(
    entity_map: EntityMap, world: World, department: Definition, target: str, rooted: str, rows: pl.DataFrame,
    own_tree: bool,
) -> pl.DataFrame:  # fmt: skip
    here = world.entities[target]
    rows = rows.with_columns(pl.col("canonical_id" if rooted == "self" else rooted).alias("_node"))
    rows = rows.filter(pl.col("_node").is_not_null())
    roots = here.tree.select(pl.col("node").alias("_node"), pl.col("root").alias("_canonical_root"))
    rows = rows.join(roots, on="_node", how="left")
    through = tree_copy(entity_map, department, target)
    if not own_tree or through not in here.own_trees:
        return rows.with_columns(pl.lit(None, dtype=pl.String).alias("_own_root"))
    own = here.own_trees[through].select(pl.col("node").alias("_node"), pl.col("root").alias("_own_root"))
    return rows.join(own, on="_node", how="left")


def tree_copy(entity_map: EntityMap, department: Definition, target: str) -> str:
    """The copy whose tree of an entity is a department's own; empty where its system has none.

    The one that its own definition counts by, else its copy, else the first of its system that maps parents.
    """
    rooted = own_formula(department).measure.count_roots
    if rooted is not None:
        entity, through = rooted_copy(entity_map, department, rooted)
        if entity == target:
            return through
    if department.entity == target:
        return str(department.copy_name)
    home = entity_map.entities[department.entity].replication[str(department.copy_name)]
    system, entity_of = entity_map.system_of(str(department.copy_name), home), entity_map.entities[target]
    parent = entity_of.hierarchy.parent_field if entity_of.hierarchy else ""
    return next(
        (name for name, copy in entity_of.replication.items()
         if entity_map.system_of(name, copy) == system and parent in copy.fields), "",
    )  # fmt: skip
