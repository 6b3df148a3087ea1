"""Maps between an old and a new one, so that what a change of the map does to a figure can be told cause by cause."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic.main import IncEx

from revrecon.entity_map.entities import Entity
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.rules import broken_rules

_Parts = Mapping[str, IncEx | bool]
_ANSWERS: _Parts = {"owner": True, "rhythm": True, "thresholds": True}
_ENTITY: _Parts = {"title": True, "definition": True, "reconciliation": _ANSWERS}
_EARLIER: _Parts = {"__all__": {"signed_off": True}}
_TYPED_IN: _Parts = {"__all__": {"reported": True, "signed_off": True, "previous": _EARLIER}}
_NUMBER: _Parts = {
    **dict.fromkeys(("title", "text", "owner", "materiality", "tie_out", "decimals", "publish", "breakdowns"), True),
    "definitions": _TYPED_IN,
}
_PLACES: _Parts = {"write_back": True, "store": True}
_SYSTEM: _Parts = {"title": True, "representative": True, "clock": True, "settings": _PLACES}
_EACH_ENTITY: _Parts = {"__all__": _ENTITY}
_EACH_NUMBER: _Parts = {"__all__": _NUMBER}
_EACH_SYSTEM: _Parts = {"__all__": _SYSTEM}
_STILL: _Parts = {
    "entities": _EACH_ENTITY, "numbers": _EACH_NUMBER, "systems": _EACH_SYSTEM,
    "map": True, "people": True, "departments": True, "rhythms": True, "agreed_differences": True,
    "retention": True,
    "links": True,
}  # fmt: skip
"""What no figure follows from."""


@dataclass(frozen=True)
class MapStep:
    """One kind of change let in: its cause, and the map with it."""

    cause: str
    map: EntityMap


def steps_between(old: EntityMap, new: EntityMap) -> tuple[MapStep, ...]:
    """From an old map to a new one: first how values are read, matched and settled, then the trees, then definitions.

    A map between that would break a rule is left out: its change is then told with the next. Changes that move no
    figure (owners, thresholds, people) make no step.
    """
    return tuple(_steps(old, new))


def _steps(old: EntityMap, new: EntityMap) -> Iterator[MapStep]:
    numbers = new.model_copy(update={"numbers": old.numbers})
    trees = numbers.model_copy(
        update={"entities": {n: _under(e, old.entities.get(n)) for n, e in new.entities.items()}}
    )
    before = old
    for cause, after in (("quality.mapping", trees), ("hierarchy.tree", numbers), ("definition.changed", new)):
        sound = after is new or not list(broken_rules(after))
        if sound and moving_parts(after) != moving_parts(before):
            yield MapStep(cause, after)
            before = after


def _under(entity: Entity, old: Entity | None) -> Entity:
    """An entity with the tree of its old self."""
    return entity.model_copy(update={"hierarchy": old.hierarchy}) if old is not None else entity


def moving_parts(entity_map: EntityMap) -> str:
    """Everything in a map that figures follow from, as text: equal for maps that give the same figures."""
    return entity_map.model_dump_json(exclude=_STILL)


def moving_sha256(entity_map: EntityMap) -> str:
    """The digest of a map's moving parts."""
    return hashlib.sha256(moving_parts(entity_map).encode()).hexdigest()
