"""What every system should enforce, by its own objects and columns: one value per rule, whatever the form."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from revrecon.entity_map.entities import FieldMapping, FieldRule
from revrecon.entity_map.model import EntityMap
from revrecon.quality.rules import is_required

Kind = Literal["required", "allowed", "at_least", "at_most", "pattern", "unique", "reference", "type"]

UNCONTROLLED_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "copy": pl.String(),
    "system": pl.String(),
    "object": pl.String(),
    "column": pl.String(),  # the system's own; null where the map makes the field from an expression
    "field": pl.String(),
    "says": pl.String(),  # what the map says of a control
}
"""One row per required field of a copy that no control enforces."""

_NONE_YET = ("none", "planned", "todo", "not yet")


@dataclass(frozen=True)
class Control:
    """One rule on one column of one object, its values as the system writes them."""

    system: str
    object: str
    column: str
    entity: str
    field: str
    kind: Kind
    field_type: str
    text: str  # the rule in a sentence
    values: tuple[str, ...] = ()  # of allowed
    limit: float | None = None  # of at_least and at_most, in the system's own unit
    pattern: str = ""
    target: str = ""  # the object that a reference points to

    @property
    def name(self) -> str:
        """`Account_BillingPostalCode_required`: letters, digits and underscores, the same every time."""
        told = f"{self.object}_{self.column}_{self.kind}"
        return "".join(letter if letter.isalnum() else "_" for letter in told).strip("_")


def controls_wanted(entity_map: EntityMap, system: str) -> list[Control]:
    """Everything that a system should enforce, in the order of the map; each rule on a column once.

    A field that the map makes from an expression, a constant or another object has no column to guard.
    """
    found: dict[tuple[str, str, Kind], Control] = {}
    for name, entity in entity_map.entities.items():
        for copy_name, copy in entity.replication.items():
            if entity_map.system_of(copy_name, copy) != system:
                continue
            for field, mapping in copy.fields.items():
                for one in _of_field(entity_map, system, copy.object, name, copy_name, field, mapping):
                    found.setdefault((one.object, one.column, one.kind), one)
    return list(found.values())


def _of_field(
    entity_map: EntityMap, system: str, object_name: str, entity: str, copy: str, field: str, mapping: FieldMapping
) -> Iterator[Control]:
    if mapping.column is None or mapping.column in entity_map.systems[system].objects[object_name].key:
        return
    rule = entity_map.entities[entity].fields[field]
    told = {"system": system, "object": object_name, "column": mapping.column, "entity": entity, "field": field}
    column = mapping.column
    kind = "integer" if (mapping.unit or "").startswith("epoch") else rule.type

    def control(what: Kind, text: str, **more: object) -> Control:
        return Control(**told, kind=what, field_type=kind, text=text, **more)  # type: ignore[arg-type]  # by name

    if is_required(rule, copy):
        yield control("required", f"{column} must be filled.")
    if rule.allowed:
        values = _as_the_system_writes(rule, mapping)
        yield control("allowed", f"{column} must be one of {', '.join(values)}.", values=values)
    times = 100.0 if mapping.unit == "cents" else 1.0
    if rule.at_least is not None:
        yield control("at_least", f"{column} must be at least {rule.at_least * times:g}.", limit=rule.at_least * times)
    if rule.at_most is not None:
        yield control("at_most", f"{column} must be at most {rule.at_most * times:g}.", limit=rule.at_most * times)
    if rule.pattern:
        yield control("pattern", f"{column} must look like {rule.pattern}.", pattern=rule.pattern)
    if rule.unique:
        yield control("unique", f"{column} must occur once.")
    target = _target(entity_map, system, rule, entity) if rule.type == "reference" else ""
    if target:
        yield control("reference", f"{column} must name a record of {target}.", target=target)


def _as_the_system_writes(rule: FieldRule, mapping: FieldMapping) -> tuple[str, ...]:
    """Allowed values in the system's own words; those that it has no word for are left out."""
    if not mapping.translate:
        return rule.allowed
    return tuple(theirs for theirs, ours in mapping.translate.items() if ours in rule.allowed)


def _target(entity_map: EntityMap, system: str, rule: FieldRule, entity: str) -> str:
    """The object of the same system that a reference points to; nothing where it is not held there."""
    copies = entity_map.entities[rule.to or entity].replication
    return next((copy.object for name, copy in copies.items() if entity_map.system_of(name, copy) == system), "")


def is_controlled(rule: FieldRule) -> bool:
    """Whether the map names a control that is there: `none yet` and `planned` are words for none."""
    told = rule.input_control.strip().casefold()
    return bool(told) and not told.startswith(_NONE_YET)


def fields_without_control(entity_map: EntityMap) -> pl.DataFrame:
    """The required fields of every copy that no input control enforces (UNCONTROLLED_SCHEMA)."""
    rows = [
        {
            "entity": name, "copy": copy_name, "system": entity_map.system_of(copy_name, copy), "object": copy.object,
            "column": mapping.column, "field": field, "says": entity.fields[field].input_control or "nothing",
        }
        for name, entity in entity_map.entities.items()
        for copy_name, copy in entity.replication.items()
        for field, mapping in copy.fields.items()
        if is_required(entity.fields[field], copy_name) and not is_controlled(entity.fields[field])
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=UNCONTROLLED_SCHEMA)
