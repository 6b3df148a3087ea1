"""Names of the map as people type them: the name itself where it is known, the nearest ones where it is not."""

from collections.abc import Collection

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import did_you_mean


class UnknownName(Exception):
    """Something was asked for by a name that is not there."""


def known_number(entity_map: EntityMap, name: str) -> str:
    """A number's name. Raises UnknownName with the numbers and ratios that there are."""
    return _known(f"The map has no number '{name}'; it has", name, entity_map.numbers, entity_map.ratios)


def known_system(entity_map: EntityMap, name: str) -> str:
    """A system's name. Raises UnknownName with the systems that there are."""
    return _known(f"The map has no system '{name}'; it has", name, entity_map.systems)


def known_entity(entity_map: EntityMap, name: str) -> str:
    """An entity's name. Raises UnknownName with the entities that there are."""
    return _known(f"The map has no entity '{name}'; it has", name, entity_map.entities)


def known_definitions(entity_map: EntityMap, department: str, number: str | None = None) -> list[str]:
    """Definitions by their own name or their department's, of one number or of all. Raises UnknownName."""
    asked = [number] if number else list(entity_map.numbers)
    every = {name: one for key in asked for name, one in entity_map.numbers[key].definitions.items()}
    found = [name for name, one in every.items() if department in (name, one.department)]
    return found or [_known(f"No definition '{department}'; there is", department, every)]


def _known(lacking: str, name: str, known: Collection[str], others: Collection[str] = ()) -> str:
    if name in known:
        return name
    near = did_you_mean(name, known)
    raise UnknownName(f"{lacking} {', '.join([*known, *others])}{f'; {near}' if near else '.'}")
