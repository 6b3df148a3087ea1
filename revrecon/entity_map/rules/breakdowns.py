"""Rules about breakdowns."""

from collections.abc import Iterator

from revrecon.entity_map.breakdowns import Breakdown
from revrecon.entity_map.entities import Entity, FieldRule
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Number
from revrecon.entity_map.problems import Problem, listed
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known

_DATES = ("date", "timestamp")


def counted_entities(entity_map: EntityMap, number: Number) -> list[str]:
    """The entities whose records or roots the definitions of a number count, the canonical definition's first."""
    canonical = number.definitions.get(number.canonical)
    found: list[str] = []
    for definition in [*filter(None, [canonical]), *number.definitions.values()]:
        measures = [definition.measure, *filter(None, [definition.own.measure])]
        entity = entity_map.entities.get(definition.entity)
        for rooted in [measure.count_roots for measure in measures]:
            rule = entity.fields.get(rooted or "") if entity else None
            found += [str(rule.to)] if rule and rule.to else []
        found.append(definition.entity)
    return [name for name in dict.fromkeys(found) if name in entity_map.entities]


def breakdowns_are_by_a_field_of_what_is_counted(entity_map: EntityMap) -> Iterator[Problem]:
    """Some entity that the number counts has the field; a way through a reference ends at a field, too."""
    for path, breakdown, entities in _breakdowns(entity_map):
        first, _, rest = breakdown.field.partition(".")
        holders = [entity for entity in entities if first in entity.fields]
        if first == "self":
            if rest:
                yield broken((*path, "field"), "'self' is the record; name a field of it without 'self.'")
            continue
        if not holders:
            known = [field for entity in entities for field in entity.fields]
            yield from unless_known((*path, "field"), "field of what the number counts", first, known)
        elif rest:
            yield from _beyond(entity_map, path, first, rest, holders[0].fields[first])


def _beyond(entity_map: EntityMap, path: Path, first: str, rest: str, rule: FieldRule) -> Iterator[Problem]:
    target = entity_map.entities.get(rule.to or "")
    if target is None:
        yield broken((*path, "field"), f"'{first}' is no reference, so nothing lies behind it", f"write '{first}'")
    else:
        yield from unless_known((*path, "field"), f"field of {rule.to}", rest, target.fields)


def breakdowns_say_tree_and_by_where_they_mean_something(entity_map: EntityMap) -> Iterator[Problem]:
    """`tree` goes with accounts in a hierarchy and names a tree of it; `by` goes with dates."""
    for path, breakdown, entities in _breakdowns(entity_map):
        targets = [found for entity in entities if (found := _target(entity_map, entity, breakdown)) is not None]
        rules = [rule for entity in entities if (rule := _rule(entity_map, entity, breakdown)) is not None]
        if breakdown.tree and not any(target.hierarchy for target in targets):
            yield broken((*path, "tree"), f"'{breakdown.field}' leads to nothing with a hierarchy", "leave 'tree' out")
        elif breakdown.tree:
            trees = ["canonical", *(copy for target in targets for copy in target.replication)]
            yield from unless_known((*path, "tree"), "tree of the hierarchy", breakdown.tree, trees)
        if breakdown.by and not any(rule.type in _DATES for rule in rules):
            message = f"'{breakdown.field}' is no date, so it has no {breakdown.by}"
            yield broken((*path, "by"), message, f"name a field of type {listed(_DATES, 'or')}")


def breakdowns_are_not_by_personal_data(entity_map: EntityMap) -> Iterator[Problem]:
    """A person's name or address is no heading: breakdowns stand in reports and files."""
    for path, breakdown, entities in _breakdowns(entity_map):
        rules = [rule for entity in entities if (rule := _rule(entity_map, entity, breakdown)) is not None]
        if any(rule.personal for rule in rules):
            yield broken((*path, "field"), f"'{breakdown.field}' is personal data", "break down by another field")


def _breakdowns(entity_map: EntityMap) -> Iterator[tuple[Path, Breakdown, list[Entity]]]:
    for name, number in entity_map.numbers.items():
        entities = [entity_map.entities[entity] for entity in counted_entities(entity_map, number)]
        for dimension, breakdown in number.breakdowns.items():
            yield ("numbers", name, "breakdowns", dimension), breakdown, entities


def _rule(entity_map: EntityMap, entity: Entity, breakdown: Breakdown) -> FieldRule | None:
    first, _, rest = breakdown.field.partition(".")
    rule = entity.fields.get(first)
    target = entity_map.entities.get(rule.to or "") if rule else None
    return target.fields.get(rest) if rest and target else rule


def _target(entity_map: EntityMap, entity: Entity, breakdown: Breakdown) -> Entity | None:
    """What the breakdown leads to: the record itself, or the one that its reference names."""
    rule = _rule(entity_map, entity, breakdown)
    return entity if breakdown.field == "self" else entity_map.entities.get(rule.to or "") if rule else None


BREAKDOWN_RULES: tuple[Rule, ...] = (
    breakdowns_are_by_a_field_of_what_is_counted,
    breakdowns_say_tree_and_by_where_they_mean_something,
    breakdowns_are_not_by_personal_data,
)
