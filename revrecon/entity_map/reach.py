"""What an entity rests on: the entities that its references lead to, and the source objects that are read for them."""

from collections.abc import Iterator

from revrecon.entity_map.currencies import foreign_fields
from revrecon.entity_map.entities import Copy
from revrecon.entity_map.formulas import columns_in
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.permits import master_id_column


def entities_behind(entity_map: EntityMap, entity: str) -> tuple[str, ...]:
    """The entity itself and every entity that its reference fields lead to, directly or through others; sorted."""
    found: set[str] = set()
    waiting = [entity]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [str(rule.to) for rule in entity_map.entities[name].fields.values() if rule.type == "reference"]
    return tuple(sorted(found))


def objects_behind(entity_map: EntityMap, entity: str) -> tuple[tuple[str, str], ...]:
    """System and object of everything that is read for an entity and the entities behind it; sorted."""
    found: set[tuple[str, str]] = set()
    for name in entities_behind(entity_map, entity):
        for copy_name, copy in entity_map.entities[name].replication.items():
            system = entity_map.system_of(copy_name, copy)
            others = {mapping.exists_in for mapping in copy.fields.values() if mapping.exists_in}
            found |= {(system, object_name) for object_name in {copy.object, *others}}
        found |= set(rates_behind(entity_map, name))
    return tuple(sorted(found))


def rates_behind(entity_map: EntityMap, entity: str) -> tuple[tuple[str, str], ...]:
    """System and object of the rates that an entity's own amounts are converted by, where they are received."""
    received = entity_map.currencies.received if entity_map.currencies else None
    if received is None or not foreign_fields(entity_map.entities[entity]):
        return ()
    return ((received.system, received.object),)


def columns_read(entity_map: EntityMap, system: str, object_name: str) -> frozenset[str]:
    """Every column of an object that the map names anywhere."""
    spec = entity_map.systems[system].objects[object_name]
    found = {*spec.key, spec.created, spec.changed, spec.changed_by, *_in(spec.deleted)}
    found.add(master_id_column(entity_map.systems[system], object_name))
    for entity in entity_map.entities.values():
        for copy_name, copy in entity.replication.items():
            if entity_map.system_of(copy_name, copy) != system:
                continue
            if copy.object == object_name:
                found |= set(_read_by(copy))
            found |= {mapping.by for mapping in copy.fields.values() if mapping.exists_in == object_name}
    received = entity_map.currencies.received if entity_map.currencies else None
    if received is not None and (received.system, received.object) == (system, object_name):
        for mapping in (received.date, received.currency, received.rate):
            found |= {mapping.column, *_in(mapping.sql)}
    return frozenset(str(column) for column in found if column)


def _read_by(copy: Copy) -> Iterator[str | None]:
    """The columns that one copy of an entity is made from."""
    yield from copy.cross_references.values()
    for sql in (copy.where, *copy.stands_for_nothing.values()):
        yield from _in(sql)
    for mapping in copy.fields.values():
        yield mapping.column
        yield from _in(mapping.sql)
    for currency in (copy.currency, *(mapping.currency for mapping in copy.fields.values())):
        yield currency.column if currency is not None else None


def _in(sql: str | None) -> frozenset[str]:
    return columns_in(sql) if sql else frozenset()
