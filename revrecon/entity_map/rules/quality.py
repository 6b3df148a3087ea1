"""Rules about field rules and record rules: what a field may hold fits its type, and copies that are named hold it."""

import re
from collections.abc import Iterator

import polars as pl

from revrecon.entity_map.entities import NUMERIC, FieldRule
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem, listed
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known

_FOR_TYPES: dict[str, tuple[str, ...]] = {
    "allowed": ("text",),
    "pattern": ("text",),
    "standard": ("text",),
    "at_least": NUMERIC,
    "at_most": NUMERIC,
}


def _field_rules(entity_map: EntityMap) -> Iterator[tuple[Path, str, str, FieldRule]]:
    for entity_name, entity in entity_map.entities.items():
        for field, rule in entity.fields.items():
            yield ("entities", entity_name, "quality", "fields", field), entity_name, field, rule


def field_rules_fit_the_type_of_their_field(entity_map: EntityMap) -> Iterator[Problem]:
    """Allowed values, patterns and standard forms are for text, limits are for numbers."""
    for path, _, _, rule in _field_rules(entity_map):
        for key, kinds in _FOR_TYPES.items():
            if getattr(rule, key) not in (None, ()) and rule.type not in kinds:
                message = f"'{key}' is for fields of type {listed(kinds, 'or')}; this one is {rule.type}"
                yield broken((*path, key), message, "remove it, or correct the type")


def a_fields_lowest_value_is_below_its_highest(entity_map: EntityMap) -> Iterator[Problem]:
    """Otherwise no value would be right."""
    for path, _, _, rule in _field_rules(entity_map):
        if rule.at_least is not None and rule.at_most is not None and rule.at_least > rule.at_most:
            message = f"at_least {rule.at_least:g} is more than at_most {rule.at_most:g}"
            yield broken((*path, "at_least"), message, "swap or correct them")


def patterns_are_regular_expressions(entity_map: EntityMap) -> Iterator[Problem]:
    """Patterns are in the syntax of Rust's regex: no look-around, no back-references."""
    for path, _, _, rule in _field_rules(entity_map):
        reason = _why_no_pattern(rule.pattern) if rule.pattern is not None else None
        if reason:
            yield broken((*path, "pattern"), f"'{rule.pattern}' is no regular expression: {reason}")


def _why_no_pattern(pattern: str) -> str | None:
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError as error:
        reason = re.search(r"error: (.+)", str(error).partition("regex error:")[2])
        return reason.group(1) if reason else str(error).splitlines()[0]
    return None


def sources_of_truth_hold_the_field(entity_map: EntityMap) -> Iterator[Problem]:
    """A field's true value can only come from a copy that maps it."""
    for path, entity_name, field, rule in _field_rules(entity_map):
        place: Path = (*path, "source_of_truth")
        if rule.derived is not None and rule.source_of_truth:
            yield broken(
                place, "a derived field has no source of truth: its formula always wins", "remove one of the two"
            )
            continue
        for number, truth in enumerate(rule.source_of_truth):
            yield from _unless_held(entity_map, (*place, number, "copy"), entity_name, truth.copy_name, field)


def copies_that_require_a_field_hold_it(entity_map: EntityMap) -> Iterator[Problem]:
    """A copy cannot lack a value of a field that it does not map."""
    for path, entity_name, field, rule in _field_rules(entity_map):
        for place, name in enumerate(rule.required_in):
            yield from _unless_held(entity_map, (*path, "required_in", place), entity_name, name, field)


def _unless_held(entity_map: EntityMap, path: Path, entity_name: str, copy_name: str, field: str) -> Iterator[Problem]:
    copies = entity_map.entities[entity_name].replication
    yield from unless_known(path, f"copy of {entity_name}", copy_name, copies)
    if copy_name in copies and field not in copies[copy_name].fields:
        holders = [name for name, copy in copies.items() if field in copy.fields]
        hint = f"map it there, or name {listed(holders, 'or')}" if holders else "map it there"
        yield broken(path, f"the copy '{copy_name}' does not map '{field}'", hint)


def record_rules_name_copies_and_fields(entity_map: EntityMap) -> Iterator[Problem]:
    """The copies that a record rule judges, and the field that it blames, exist."""
    for entity_name, entity in entity_map.entities.items():
        for rule_name, rule in entity.quality.rules.items():
            path: Path = ("entities", entity_name, "quality", "rules", rule_name)
            for place, name in enumerate(rule.copies):
                yield from unless_known((*path, "copies", place), f"copy of {entity_name}", name, entity.replication)
            yield from unless_known((*path, "field"), f"field of {entity_name}", rule.field, entity.fields)


QUALITY_RULES: tuple[Rule, ...] = (
    field_rules_fit_the_type_of_their_field,
    a_fields_lowest_value_is_below_its_highest,
    patterns_are_regular_expressions,
    sources_of_truth_hold_the_field,
    copies_that_require_a_field_hold_it,
    record_rules_name_copies_and_fields,
)
