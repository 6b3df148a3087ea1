"""What people call the units of a bridge."""

from collections.abc import Mapping

import polars as pl

from revrecon.canonical.naming import naming_field
from revrecon.canonical.world import EntityWorld, World
from revrecon.entity_map.model import EntityMap

_LABELS = "units of bridges"


def labels(entity_map: EntityMap, world: World) -> pl.DataFrame:
    """What people call a canonical record: its first text field that is not personal. Worked out once for a world."""
    if _LABELS not in world.called:
        world.called[_LABELS] = _labels(entity_map, world.entities)
    return world.called[_LABELS]


def labels_of(entity_map: EntityMap, world: World, entity: str) -> pl.DataFrame:
    """What people call the records of one entity, no other being looked at. Worked out once for a world."""
    known = f"{_LABELS} of {entity}"
    if known not in world.called:
        world.called[known] = _labels(entity_map, {entity: world.entities[entity]})
    return world.called[known]


def _labels(entity_map: EntityMap, entities: Mapping[str, EntityWorld]) -> pl.DataFrame:
    found = [pl.DataFrame(schema={"unit_id": pl.String, "label": pl.String})]
    for name, here in entities.items():
        field = naming_field(entity_map.entities[name])
        if field is None:
            continue
        found.append(here.canonical.select(pl.col("canonical_id").alias("unit_id"), pl.col(field).alias("label")))
        for copy_name, copy in here.copies.items():
            if field in copy.records.columns:
                strays = copy.records.filter(pl.col("canonical_id").is_null())
                own = pl.format("{}!own:{}", pl.lit(copy_name), "_id")
                found.append(strays.select(own.alias("unit_id"), pl.col(field).alias("label")))
    return pl.concat(found).unique("unit_id", keep="first", maintain_order=True)
