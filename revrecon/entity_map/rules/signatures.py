"""Rules about signatures: departments sign through people of the map."""

from collections.abc import Iterator

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.parts import SignOff
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.rules.found import Path, Rule, unless_known


def departments_sign_through_people_of_the_map(entity_map: EntityMap) -> Iterator[Problem]:
    """A signature is of a department and by a person that the map knows."""
    for path, department, signed in _signatures(entity_map):
        yield from unless_known(path, "department of the map", department, entity_map.departments)
        yield from unless_known((*path, "by"), "person of the map", signed.by, entity_map.people)


def _signatures(entity_map: EntityMap) -> Iterator[tuple[Path, str, SignOff]]:
    for name, entity in entity_map.entities.items():
        for department, signed in entity.definition.signed_off.items():
            yield ("entities", name, "definition", "signed_off", department), department, signed
    for name, number in entity_map.numbers.items():
        for label, definition in number.definitions.items():
            for department, signed in definition.signed_off.items():
                yield ("numbers", name, "definitions", label, "signed_off", department), department, signed


SIGNATURE_RULES: tuple[Rule, ...] = (departments_sign_through_people_of_the_map,)
