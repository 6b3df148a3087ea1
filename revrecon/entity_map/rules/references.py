"""Rules about what points to what: reference fields, and cross-references between copies."""

from collections.abc import Iterator

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem, listed
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known
from revrecon.entity_map.rules.replication import mappings


def every_reference_names_an_entity(entity_map: EntityMap) -> Iterator[Problem]:
    """A reference field says to which entity it points, and no other field does."""
    for entity_name, entity in entity_map.entities.items():
        for field, rule in entity.fields.items():
            path: Path = ("entities", entity_name, "quality", "fields", field)
            if rule.type == "reference" and rule.to is None:
                yield broken(path, "a reference needs 'to'", f"name one of {listed(entity_map.entities, 'or')}")
            elif rule.type != "reference" and rule.to is not None:
                yield broken((*path, "to"), f"'to' is for references; this field is {rule.type}", "remove it")
            else:
                yield from unless_known((*path, "to"), "entity of the map", rule.to, entity_map.entities)


def every_reference_leads_through_one_copy(entity_map: EntityMap) -> Iterator[Problem]:
    """`through` names a copy of the other entity; without it there is exactly one in the copy's own system."""
    for path, entity_name, copy_name, field, mapping in mappings(entity_map):
        rule = entity_map.entities[entity_name].fields.get(field)
        copy = entity_map.entities[entity_name].replication[copy_name]
        if rule is None or rule.type != "reference" or rule.to not in entity_map.entities:
            continue
        if mapping.through is not None:
            copies = entity_map.entities[rule.to].replication
            yield from unless_known((*path, "through"), f"copy of {rule.to}", mapping.through, copies)
        elif rule.to != entity_name and entity_map.system_of(copy_name, copy) in entity_map.systems:
            yield from _unless_one_copy(entity_map, path, entity_name, copy_name, rule.to)


def _unless_one_copy(
    entity_map: EntityMap, path: Path, entity_name: str, copy_name: str, target: str
) -> Iterator[Problem]:
    system = entity_map.system_of(copy_name, entity_map.entities[entity_name].replication[copy_name])
    others = entity_map.entities[target].replication
    same = [name for name, other in others.items() if entity_map.system_of(name, other) == system]
    if len(same) != 1:
        message = f"{system} holds {'no copy' if not same else 'several copies'} of {target} that this can point to"
        yield broken(path, message, f"name one with 'through': {listed(same or others, 'or')}")


def cross_references_lead_to_other_copies(entity_map: EntityMap) -> Iterator[Problem]:
    """A cross-reference column holds the keys of another copy of the same entity."""
    for entity_name, entity in entity_map.entities.items():
        for copy_name, copy in entity.replication.items():
            others = [name for name in entity.replication if name != copy_name]
            for target in copy.cross_references:
                path = ("entities", entity_name, "replication", copy_name, "cross_references", target)
                yield from unless_known(path, f"other copy of {entity_name}", target, others)


def entities_do_not_point_in_a_circle(entity_map: EntityMap) -> Iterator[Problem]:
    """Identities are worked out one entity after the other; only an entity's own tree may point back to itself."""
    points = {name: _pointed_to(entity_map, name) for name in entity_map.entities}
    told: set[frozenset[str]] = set()
    for start in points:
        circle = _circle(points, start)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            path = ("entities", start, "quality", "fields", points[start][circle[1]])
            yield broken(path, f"entities point in a circle: {' -> '.join(circle)}", "remove one of these references")


def _pointed_to(entity_map: EntityMap, name: str) -> dict[str, str]:
    """The other entities that an entity points to, and by which field."""
    fields = entity_map.entities[name].fields
    return {
        rule.to: field
        for field, rule in fields.items()
        if rule.type == "reference" and rule.to in entity_map.entities and rule.to != name
    }


def _circle(points: dict[str, dict[str, str]], start: str) -> list[str] | None:
    """A way from an entity back to itself, or None."""
    ways = [[start]]
    visited: set[str] = set()
    while ways:
        way = ways.pop(0)
        for target in points[way[-1]]:
            if target == start:
                return [*way, start]
            if target not in visited:
                visited.add(target)
                ways.append([*way, target])
    return None


REFERENCE_RULES: tuple[Rule, ...] = (
    every_reference_names_an_entity,
    every_reference_leads_through_one_copy,
    cross_references_lead_to_other_copies,
    entities_do_not_point_in_a_circle,
)
