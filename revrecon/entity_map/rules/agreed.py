"""Rules about agreed differences: what they are about exists, and they end."""

from collections.abc import Iterator

from revrecon.entity_map.agreed import AgreedInBridge, AgreedInCopy
from revrecon.entity_map.causes import CAUSES
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known


def agreements_are_about_what_the_map_knows(entity_map: EntityMap) -> Iterator[Problem]:
    """An agreement names a cause, an owner, and a definition of a number or a copy of an entity."""
    for name, one in entity_map.agreed_differences.items():
        path: Path = ("agreed_differences", name)
        yield from unless_known((*path, "owner"), "person of the map", one.owner, entity_map.people)
        yield from unless_known((*path, "cause"), "cause", one.cause, CAUSES)
        if isinstance(one, AgreedInBridge):
            yield from _of_a_bridge(entity_map, path, one)
        else:
            yield from _of_a_copy(entity_map, path, one)


def _of_a_bridge(entity_map: EntityMap, path: Path, one: AgreedInBridge) -> Iterator[Problem]:
    yield from unless_known((*path, "number"), "number of the map", one.number, entity_map.numbers)
    number = entity_map.numbers.get(one.number)
    if number is not None:
        known = [name for name in number.definitions if name != number.canonical]
        yield from unless_known(
            (*path, "definition"), f"department's definition of {one.number}", one.definition, known
        )


def _of_a_copy(entity_map: EntityMap, path: Path, one: AgreedInCopy) -> Iterator[Problem]:
    yield from unless_known((*path, "entity"), "entity of the map", one.entity, entity_map.entities)
    entity = entity_map.entities.get(one.entity)
    if entity is not None:
        yield from unless_known((*path, "copy"), f"copy of {one.entity}", one.copy_name, entity.replication)


def agreements_end_after_they_begin(entity_map: EntityMap) -> Iterator[Problem]:
    """An agreement has a last day, and that is none before its first."""
    for name, one in entity_map.agreed_differences.items():
        if one.until < one.agreed_on:
            path: Path = ("agreed_differences", name, "until")
            yield broken(path, f"the agreement ends on {one.until}, before it begins on {one.agreed_on}")


def nothing_is_agreed_twice(entity_map: EntityMap) -> Iterator[Problem]:
    """Two agreements that are about the same thing do not hold on the same day."""
    seen = list(entity_map.agreed_differences.items())
    for at, (name, one) in enumerate(seen):
        for other, earlier in seen[:at]:
            overlap = one.agreed_on <= earlier.until and earlier.agreed_on <= one.until
            if overlap and _about(one) == _about(earlier):
                path: Path = ("agreed_differences", name)
                yield broken(path, f"this is agreed already, by '{other}' until {earlier.until}", "end one of the two")


def _about(one: AgreedInBridge | AgreedInCopy) -> tuple[str | None, ...]:
    if isinstance(one, AgreedInBridge):
        return ("bridge", one.number, one.definition, one.cause, one.detail)
    return ("copy", one.entity, one.copy_name, one.cause)


AGREED_RULES: tuple[Rule, ...] = (
    agreements_are_about_what_the_map_knows,
    agreements_end_after_they_begin,
    nothing_is_agreed_twice,
)
