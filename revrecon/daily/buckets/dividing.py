"""Which entities can be divided: those whose records are judged by what stands in their own bucket."""

from revrecon.entity_map.model import EntityMap


def whole_because(entity_map: EntityMap, entity_name: str) -> str | None:
    """Why an entity stays in one piece, in words; None for one that can be divided into buckets."""
    entity = entity_map.entities[entity_name]
    if entity.hierarchy is not None:
        return "its records hang together in a tree"
    copies = entity.replication
    if any(mapping.exists_in for copy in copies.values() for mapping in copy.fields.values()):
        return "a field of it looks into another object"
    read = [(entity_map.system_of(name, copy), copy.object) for name, copy in copies.items()]
    if len(set(read)) < len(read):
        return "two of its copies read one object"
    rates = entity_map.currencies.received if entity_map.currencies else None
    if rates is not None and (rates.system, rates.object) in read:
        return "exchange rates are read from its object"
    return None


def entities_pointed_to(entity_map: EntityMap, entity_name: str) -> list[str]:
    """The entities whose crosswalks an entity's references are resolved by, itself included where it points to it."""
    fields = entity_map.entities[entity_name].fields.values()
    return list(dict.fromkeys(str(rule.to) for rule in fields if rule.type == "reference"))
