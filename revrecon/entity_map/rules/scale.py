"""Rules about the scale of numbers: it is compared with other numbers that stand beside it, by real factors."""

from collections.abc import Iterator

from revrecon.entity_map.entities import NUMERIC, Entity
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem, listed
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known
from revrecon.entity_map.scale import Scale


def _scales(entity_map: EntityMap) -> Iterator[tuple[Path, Entity, str, str, Scale]]:
    for entity_name, entity in entity_map.entities.items():
        for field, rule in entity.fields.items():
            if rule.scale is not None:
                path: Path = ("entities", entity_name, "quality", "fields", field, "scale")
                yield path, entity, entity_name, field, rule.scale


def only_numbers_have_a_scale(entity_map: EntityMap) -> Iterator[Problem]:
    """A scale is a matter of numbers, on both sides of the comparison."""
    for path, entity, entity_name, field, scale in _scales(entity_map):
        kind = entity.fields[field].type
        if kind not in NUMERIC:
            message = f"'scale' is for fields of type {listed(NUMERIC, 'or')}; this one is {kind}"
            yield broken(path, message, "remove it, or correct the type")
        for place, other in enumerate(scale.against):
            here = (*path, "against", place)
            yield from unless_known(here, f"field of {entity_name}", other, entity.fields)
            if other in entity.fields and entity.fields[other].type not in NUMERIC:
                yield broken(here, f"'{other}' is {entity.fields[other].type}, and no number", "name a number")


def scales_are_compared_with_other_fields_of_a_copy(entity_map: EntityMap) -> Iterator[Problem]:
    """The other field is another one, and some copy holds both."""
    for path, entity, _, field, scale in _scales(entity_map):
        for place, other in enumerate(scale.against):
            here = (*path, "against", place)
            if other == field:
                yield broken(here, "a field is not compared with itself", "name another number of the record")
            elif other in entity.fields and not _held_together(entity, field, other):
                yield broken(here, f"no copy holds both '{field}' and '{other}'", "map both in one copy")


def _held_together(entity: Entity, one: str, other: str) -> bool:
    return any(one in copy.fields and other in copy.fields for copy in entity.replication.values())


def factors_of_a_scale_are_above_one(entity_map: EntityMap) -> Iterator[Problem]:
    """A factor of 1,000 stands for both directions; factors close to one are ordinary differences."""
    for path, _, _, _, scale in _scales(entity_map):
        if not scale.factors:
            yield broken((*path, "factors"), "this scale looks for no factor", "name some, such as [1000, 100]")
        for place, factor in enumerate(scale.factors):
            if not 2 <= factor < float("inf"):
                message = f"expected a factor of at least 2, found {factor:g}"
                yield broken((*path, "factors", place), message, "write 1000; it finds a thousandth as well")


SCALE_RULES: tuple[Rule, ...] = (
    only_numbers_have_a_scale,
    scales_are_compared_with_other_fields_of_a_copy,
    factors_of_a_scale_are_above_one,
)
