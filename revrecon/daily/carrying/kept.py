"""What a day keeps for later days, beside its tables, so that these can be carried forward; below `HOME/carried`.

`ties/ENTITY`, `pointers/ENTITY`, `counted/ENTITY` (COUNTED_SCHEMA) and `overdue/ENTITY_COPY` (OVERDUE_SCHEMA).
"""

from collections.abc import Iterator
from datetime import date

import polars as pl

from revrecon.daily.tables import Tables
from revrecon.entity_map.model import EntityMap
from revrecon.numbers.accounting import ROW_ACCOUNTING_SCHEMA

COUNTED_SCHEMA: dict[str, pl.DataType] = {**ROW_ACCOUNTING_SCHEMA, "records": pl.Int64()}
"""The accounting of each copy, without rows that have no key, and how many live records it holds."""

Place = tuple[Tables, str, str]
"""Tables, a room in them, and a name in that room."""


def places_of(entity_map: EntityMap, entity: str, tables: Tables, carried: Tables) -> Iterator[Place]:
    """Every table that an entity's next day rests on."""
    yield from ((tables, room, entity) for room in ("crosswalk", "links", "review", "canonical"))
    yield from ((carried, room, entity) for room in ("ties", "pointers", "counted"))
    for copy in entity_map.entities[entity].replication:
        yield from ((tables, room, f"{entity}_{copy}") for room in ("quality", "drift"))
        yield carried, "overdue", f"{entity}_{copy}"


def all_rest_on(places: Iterator[Place], day: date, basis: str) -> bool:
    """Whether every table is there, and was worked out from the same."""
    return all(tables.rests_on(room, name, day) == basis for tables, room, name in places)
