"""Trees of parents: every node's root and depth; cycles are named and cut, a parent is never invented."""

from collections.abc import Container
from datetime import date

import numpy as np
import polars as pl

from revrecon.canonical.above import climbed, cut, on_cycles
from revrecon.entity_map.entities import Correction, Entity
from revrecon.entity_map.formulas import holds

TREE_SCHEMA: dict[str, pl.DataType] = {
    "node": pl.String(),
    "parent": pl.String(),  # null for a root
    "root": pl.String(),  # the ultimate parent; a node without parent is its own
    "depth": pl.Int64(),  # 0 for a root
    "trouble": pl.String(),  # cycle, unknown_parent, or null
}
"""One row per node of a tree, sorted by node."""


def tree(nodes: pl.DataFrame) -> pl.DataFrame:
    """The tree (TREE_SCHEMA) of a frame with columns `node` and `parent`.

    A parent that is no node is cut off (`unknown_parent`). On a cycle the lowest node becomes the root (`cycle`).
    """
    nodes = nodes.select(pl.col("node").cast(pl.String), pl.col("parent").cast(pl.String)).unique("node").sort("node")
    nodes = nodes.with_row_index("_at").with_columns(pl.col("_at").cast(pl.Int64))
    up = nodes.join(
        nodes.select(pl.col("node").alias("parent"), pl.col("_at").alias("_up")), on="parent", how="left",
        maintain_order="left",
    )  # fmt: skip
    at = np.arange(nodes.height)
    said = up["_up"].fill_null(pl.Series(at)).to_numpy()
    cyclic = on_cycles(said)
    above = cut(said, cyclic)
    root, depth = climbed(above)
    names = nodes["node"]
    return pl.DataFrame(
        {
            "node": names,
            "parent": pl.select(pl.when(pl.Series(above != at)).then(names.gather(above))).to_series(),
            "root": names.gather(root),
            "depth": depth,
            "trouble": up.select(
                pl.when(pl.Series(cyclic) | (pl.col("parent") == pl.col("node"))).then(pl.lit("cycle"))
                .when(pl.col("parent").is_not_null() & pl.col("_up").is_null()).then(pl.lit("unknown_parent"))
            ).to_series(),
        },
        schema=TREE_SCHEMA,
    )  # fmt: skip


def canonical_tree(entity: Entity, canonical: pl.DataFrame, crosswalk: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The tree of canonical records: parents from the canonical copy's field, corrected by the map as of a day.

    A correction that names a record which the canonical copy does not hold is left out, and found by `quality`.
    """
    if entity.hierarchy is None:
        return pl.DataFrame(schema=TREE_SCHEMA)
    parents = canonical.select(
        pl.col("canonical_id").alias("node"), pl.col(entity.hierarchy.parent_field).alias("parent")
    )
    mine = crosswalk.filter(pl.col("copy") == entity.hierarchy.canonical)
    known: dict[str, str] = dict(mine.select("record_id", "canonical_id").drop_nulls().iter_rows())
    for correction in corrections_on(entity, as_of):
        if not unknown_keys(correction, known):
            parents = parents.with_columns(_corrected(correction, known))
    return tree(parents)


def corrections_on(entity: Entity, as_of: date) -> list[Correction]:
    """The map's corrections that are in effect on a day, in their order."""
    every = entity.hierarchy.corrections if entity.hierarchy else ()
    return [one for one in every if one.effective is None or one.effective <= as_of]


def unknown_keys(correction: Correction, known: Container[str]) -> list[str]:
    """The keys of a correction that are no records of the canonical copy; such a correction changes nothing."""
    return [key for key in (correction.child, correction.parent) if key and key not in known]


def _corrected(correction: Correction, known: dict[str, str]) -> pl.Expr:
    parent = known[correction.parent] if correction.parent else None
    is_child = pl.col("node") == pl.lit(known[correction.child])
    return pl.when(is_child).then(pl.lit(parent, dtype=pl.String)).otherwise("parent").alias("parent")


def own_nodes(entity: Entity, copy_name: str, records: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """A copy's records as nodes of its own tree: columns `_id`, `node`, `canonical_id` and `contract` (Boolean).

    Duplicates fold into the kept record's node, which is the canonical id. A contract entity beside its company, or a
    record that stands for nothing, is a node of its own: `COPY!own:key`.
    """
    folded = records.join(
        kept.select("canonical_id", pl.col("_id").alias("_kept")), on="canonical_id", how="left", maintain_order="left"
    )
    contract = entity.hierarchy.contract_entities.get(copy_name) if entity.hierarchy else None
    beside = pl.lit(False)
    if contract is not None and not folded.is_empty():
        folded = folded.with_columns(holds(folded, {"_contract": contract}).to_series())
        beside = pl.col("_contract") & (pl.col("_id") != pl.col("_kept")).fill_null(False)
    own = pl.format("{}!own:{}", pl.lit(copy_name), "_id")
    node = pl.when(beside | pl.col("canonical_id").is_null()).then(own).otherwise("canonical_id")
    return folded.select("_id", node.alias("node"), "canonical_id", beside.alias("contract"))


def own_tree(entity: Entity, copy_name: str, records: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """A copy's own tree over its own nodes (TREE_SCHEMA): parents as its system has them, duplicates folded."""
    nodes = own_nodes(entity, copy_name, records, kept)
    if entity.hierarchy is None or f"{entity.hierarchy.parent_field}__key" not in records.columns:
        return tree(nodes.select("node", pl.lit(None, dtype=pl.String).alias("parent")))
    named = nodes.select(pl.col("_id").alias("_parent"), pl.col("node").alias("parent"))
    stands = nodes.filter(
        (pl.col("node") != pl.col("canonical_id")).fill_null(True) | pl.col("_id").is_in(kept["_id"].implode())
    )
    parents = records.select("_id", pl.col(f"{entity.hierarchy.parent_field}__key").alias("_parent"))
    joined = stands.join(parents, on="_id").join(named, on="_parent", how="left")
    unknown = pl.when(pl.col("_parent").is_not_null() & pl.col("parent").is_null()).then(pl.format("?{}", "_parent"))
    return tree(joined.select("node", pl.coalesce("parent", unknown).alias("parent")))
