"""Which entities can be carried forward: those whose records are judged by what hangs together with them alone."""

import re

from revrecon.daily.buckets.dividing import entities_pointed_to
from revrecon.daily.buckets.dividing import whole_because as not_divided_because
from revrecon.entity_map.currencies import foreign_fields
from revrecon.entity_map.model import EntityMap

OF_THE_DAY = re.compile(r"\b(as_of|_observed_on|_row)\b", re.IGNORECASE)
"""Words of a formula whose answer can change although the record does not; clocks and chance no formula may ask."""


def whole_because(entity_map: EntityMap, entity_name: str) -> str | None:
    """Why an entity is worked out whole every day, in words; None for one of which only what changed need be."""
    entity = entity_map.entities[entity_name]
    if (reason := not_divided_because(entity_map, entity_name)) is not None:
        return reason
    if entity_name in entities_pointed_to(entity_map, entity_name):
        return "its records point to each other"
    if foreign_fields(entity):
        return "its amounts are converted at the day's rates"
    if OF_THE_DAY.search(entity.model_dump_json()):
        return "a formula of it asks what day it is"
    return None
