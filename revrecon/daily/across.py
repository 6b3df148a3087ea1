"""All records of an entity in the few columns that rules over all of them look at: uniqueness and scale."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from revrecon.canonical.conversion import currency_column
from revrecon.canonical.copies import UNREADABLE_SCHEMA, CopyRecords
from revrecon.canonical.former import no_former_values
from revrecon.canonical.hierarchy import TREE_SCHEMA
from revrecon.canonical.identity.frames import CROSSWALK_SCHEMA
from revrecon.canonical.rates import rates_known
from revrecon.canonical.world import EntityWorld, World, end_of
from revrecon.daily.received import Received
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.model import EntityMap
from revrecon.quality.judgement import fields_across

_COLUMNS = ("_id", "_created", "_changed", "_excluded", "canonical_id")


def seen_across(entity: Entity, copy: CopyRecords) -> pl.DataFrame:
    """A copy's records in the columns that rules over all records look at."""
    fields = [name for field in fields_across(entity) for name in (field, currency_column(field))]
    return copy.records.select(*_COLUMNS, *(name for name in fields if name in copy.records.columns))


def canonical_across(entity: Entity) -> list[str]:
    """The columns of canonical records that such rules look at."""
    return ["canonical_id", *(column for field in fields_across(entity) for column in (field, f"{field}__from"))]


def world_across(
    entity_map: EntityMap, entity: str, as_of: date, received: Received,
    records: Mapping[str, pl.DataFrame], canonical: pl.DataFrame,
) -> World:  # fmt: skip
    """A world of one entity in these columns alone: `records` of each copy, sorted by key, and canonical ones."""
    copies = {name: _narrow_copy(entity_map, entity, name, mine) for name, mine in records.items()}
    nobody, no_tree = pl.DataFrame(schema=CROSSWALK_SCHEMA), pl.DataFrame(schema=TREE_SCHEMA)
    here = EntityWorld(copies, nobody, canonical, no_former_values, no_tree, {})
    rates = rates_known(entity_map, lambda system: received.states(system, as_of))
    return World(as_of, end_of(as_of, entity_map.company.zone), {entity: here}, rates)


def _narrow_copy(entity_map: EntityMap, entity: str, name: str, records: pl.DataFrame) -> CopyRecords:
    answers = entity_map.entities[entity].replication[name]
    system, unreadable = entity_map.system_of(name, answers), pl.DataFrame(schema=UNREADABLE_SCHEMA)
    return CopyRecords(entity, name, system, answers.object, records, unreadable, records.clear())
