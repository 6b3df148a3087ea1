"""The rules that the map sets on the fields and records of a copy."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from revrecon.entity_map.entities import Entity, FieldRule, RecordRule
from revrecon.quality.scale import scaled_fields


@dataclass(frozen=True)
class Rule:
    """One rule on one copy: its name, the field it guards (none for a record rule) and what a failure is called."""

    name: str
    field: str | None
    cause: str
    text: str


@dataclass(frozen=True)
class Demand:
    """What a rule demands of a value: a check of pandera by its name there, and what it compares with."""

    check: Literal["isin", "str_contains", "ge", "le"]
    asked: object


def rules_of(entity: Entity, copy_name: str) -> list[Rule]:
    """Every rule that the map sets on a copy, in the map's order."""
    fields = entity.replication[copy_name].fields
    found = [rule for field in fields for rule, _ in field_rules(entity, copy_name, field)]
    unreadable = [
        Rule(
            f"{field}_is_readable",
            field,
            "quality.invalid_format",
            f"{field} can be read as {entity.fields[field].type}",
        )
        for field in fields
        if entity.fields[field].type not in ("text", "reference")
    ]
    pointing = [
        Rule(f"{field}_exists", field, "quality.orphan", f"{field} points to a record that exists")
        for field in fields
        if entity.fields[field].type == "reference"
    ]
    scaled = [
        Rule(f"{field}_scale", field, "quality.wrong_value", f"{field} is written in its own unit")
        for field in scaled_fields(entity, copy_name)
    ]
    whole = [Rule(name, rule.field, "quality.rule", rule.text) for name, rule in record_rules(entity, copy_name)]
    return [*found, *unreadable, *pointing, *scaled, *whole]


def record_rules(entity: Entity, copy_name: str) -> list[tuple[str, RecordRule]]:
    """The rules of an entity that look at several fields of a record, as far as they hold for a copy."""
    return [(n, r) for n, r in entity.quality.rules.items() if not r.copies or copy_name in r.copies]


def is_required(rule: FieldRule, copy_name: str) -> bool:
    """Whether a field must be filled in a copy."""
    return rule.required or copy_name in rule.required_in


def field_rules(entity: Entity, copy_name: str, field: str) -> Iterator[tuple[Rule, Demand | None]]:
    """The rules on one field of a copy, each with what it demands of a single value that is there."""
    rule = entity.fields[field]
    if is_required(rule, copy_name):
        yield Rule(f"{field}_is_present", field, "quality.missing_field", f"{field} is filled"), None
    if rule.allowed:
        text = f"{field} is one of {', '.join(rule.allowed)}"
        yield Rule(f"{field}_is_allowed", field, "quality.invalid_format", text), Demand("isin", rule.allowed)
    if rule.pattern:
        text = f"{field} looks like {rule.pattern}"
        yield Rule(f"{field}_has_its_form", field, "quality.invalid_format", text), Demand("str_contains", rule.pattern)
    if rule.at_least is not None:
        text = f"{field} is at least {rule.at_least:g}"
        yield Rule(f"{field}_is_large_enough", field, "quality.wrong_value", text), Demand("ge", rule.at_least)
    if rule.at_most is not None:
        text = f"{field} is at most {rule.at_most:g}"
        yield Rule(f"{field}_is_small_enough", field, "quality.wrong_value", text), Demand("le", rule.at_most)
    if rule.unique:
        yield Rule(f"{field}_is_unique", field, "quality.duplicate", f"{field} occurs once"), None


def unique_fields(entity: Entity, copy_name: str) -> list[str]:
    """The fields of a copy that no two records may share a value of."""
    return [field for field in entity.replication[copy_name].fields if entity.fields[field].unique]
