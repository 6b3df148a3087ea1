"""Roll-ups: which records a figure takes from which node of a department's tree."""

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition
from revrecon.numbers.frames import VALUE
from revrecon.numbers.lenses import counted_canonical
from revrecon.numbers.moments import Period
from revrecon.numbers.placing import placed, rooted_copy

PLACED_SCHEMA: dict[str, pl.DataType] = {
    "record": pl.String(),  # the canonical record that is counted
    "node": pl.String(),  # where it stands in the department's own tree, or in the canonical one where it is not held
    "own_root": pl.String(),  # null where the department's tree has no such node
    "canonical_root": pl.String(),
    "value": VALUE,
}
"""One row per counted record and node, sorted by record and node."""


def placed_records(
    entity_map: EntityMap, world: World, definition: Definition, period: Period, rooted: str
) -> pl.DataFrame:
    """The records that a definition counts, in canonical words, each at its node of the department's own tree
    (PLACED_SCHEMA).

    `rooted` is the reference field that leads to the tree, or `self`. Raises NotKnown like `canonical_lens`.
    """
    rows = counted_canonical(world, definition, period)
    rows = placed(entity_map, world, definition, rooted, rows, own_tree=True)
    if definition.measure.count_roots is None:  # a contract beside a company adds a root, but no value
        rows = rows.unique("record", keep="first", maintain_order=True)
    return rows.select(
        "record", pl.col("_node").alias("node"), pl.col("_own_root").alias("own_root"),
        pl.coalesce("_canonical_root", "_node").alias("canonical_root"), pl.col("_value").alias("value"),
    ).sort("record", "node")  # fmt: skip


def tree_fields(entity_map: EntityMap, definition: Definition) -> dict[str, tuple[str, str]]:
    """The reference fields by which a department's records stand in its own tree, with the tree's entity and copy.

    `self` where the records are the nodes. A count of roots looks at the one field that it counts by.
    """
    entity = entity_map.entities[definition.entity]
    if definition.copy_name is None:
        return {}
    if definition.measure.count_roots is not None:
        names = [definition.measure.count_roots]
    elif entity.hierarchy is not None:
        names = ["self"]
    else:
        mapped = entity.replication[definition.copy_name].fields
        trees = {name for name, other in entity_map.entities.items() if other.hierarchy is not None}
        names = [name for name, rule in entity.fields.items() if name in mapped and rule.to in trees]
    return {name: rooted_copy(entity_map, definition, name) for name in names}
