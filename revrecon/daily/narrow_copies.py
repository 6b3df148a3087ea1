"""Copies of large entities, read in no columns but those that are looked at, and held by nobody but who asked."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from revrecon.canonical.copies import CopyRecords, columns_read, copy_records, require_columns
from revrecon.canonical.identity.nodes import fields_looked_at
from revrecon.canonical.lazily import Lazily
from revrecon.daily.received import Received


def narrow_copy(
    received: Received, entity_name: str, copy_name: str, day: date, only: Collection[str] | None = None
) -> CopyRecords:
    """A copy at the end of a day, in all its fields or `only` some, of an entity that can be divided: none of its
    fields looks into another object. Raises ColumnsMissing where any column is missing that the map names for it."""
    entity_map = received.map
    copy = entity_map.entities[entity_name].replication[copy_name]
    place = (entity_map.system_of(copy_name, copy), copy.object, day)
    require_columns(entity_map, entity_name, copy_name, received.columns(*place))
    raw = received.narrow(*place, columns_read(entity_map, entity_name, copy_name, only))
    return copy_records(entity_map, entity_name, copy_name, {copy.object: raw}, only)


def copies_when_looked_at(
    received: Received, entity_name: str, names: Iterable[str], day: date
) -> Mapping[str, CopyRecords]:
    """Some copies of an entity at the end of a day, each read when looked at, which raises as `narrow_copy` does."""
    return Lazily(names, lambda name: narrow_copy(received, entity_name, name, day))


def copies_for_identity(received: Received, entity_name: str, day: date) -> dict[str, CopyRecords]:
    """The copies that have said anything by a day, in the fields by which who is who is found. Raises as
    `narrow_copy` does."""
    entity = received.map.entities[entity_name]
    said = [
        name
        for name, copy in entity.replication.items()
        if copy.object in received.known(received.map.system_of(name, copy), day)
    ]
    return {name: narrow_copy(received, entity_name, name, day, fields_looked_at(entity)) for name in said}
