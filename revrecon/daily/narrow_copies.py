"""Copies read for identity alone: of a large entity no columns are held but those by which who is who is found."""

from datetime import date

from revrecon.canonical.copies import CopyRecords, columns_read, copy_records, require_columns
from revrecon.canonical.identity.nodes import fields_looked_at
from revrecon.daily.received import Received


def copies_for_identity(received: Received, entity_name: str, day: date) -> dict[str, CopyRecords]:
    """The copies of an entity that have said anything by a day, in the fields that identity looks at.

    For entities that can be divided: none of their fields looks into another object. Raises ColumnsMissing where any
    column is missing that the map names, also one that identity does not look at.
    """
    entity_map, found = received.map, {}
    only = fields_looked_at(entity_map.entities[entity_name])
    for name, copy in entity_map.entities[entity_name].replication.items():
        system = entity_map.system_of(name, copy)
        if copy.object not in received.known(system, day):
            continue
        require_columns(entity_map, entity_name, name, received.columns(system, copy.object, day))
        raw = received.narrow(system, copy.object, day, columns_read(entity_map, entity_name, name, only))
        found[name] = copy_records(entity_map, entity_name, name, {copy.object: raw}, only)
    return found
