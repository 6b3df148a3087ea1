"""What an entity rests on: the entities that its references lead to, and the source objects that are read for them."""

from revrecon.entity_map.currencies import foreign_fields
from revrecon.entity_map.model import EntityMap


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
