"""What the map still owes its readers: signatures, limits, sources, controls, deputies; each in a sentence."""

from collections.abc import Iterator

from revrecon.entity_map.entities import Entity
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition, Number
from revrecon.quality.controls.wanted import fields_without_control
from revrecon.reports.daily import person_name, system_title
from revrecon.reports.formats import plural
from revrecon.reports.titles import definition_title


def departments_of(entity_map: EntityMap, name: str) -> list[str]:
    """The departments that live with an entity: those of its systems, and those whose numbers are made from it."""
    entity = entity_map.entities[name]
    systems = [entity_map.systems[entity_map.system_of(c, copy)].department for c, copy in entity.replication.items()]
    numbers = [
        one.department
        for number in entity_map.numbers.values()
        for one in number.definitions.values()
        if one.entity == name
    ]
    return list(dict.fromkeys([*systems, *numbers]))


def missing_of_entity(entity_map: EntityMap, name: str) -> list[str]:
    """Everything that an entity's six answers lack."""
    entity = entity_map.entities[name]
    return [
        *_signatures(entity_map, name, entity),
        *_limits(entity_map, entity),
        *_sources(entity),
        *_controls(entity_map, name),
    ]


def _signatures(entity_map: EntityMap, name: str, entity: Entity) -> Iterator[str]:
    signed = entity.definition
    for department in departments_of(entity_map, name):
        title = entity_map.departments[department].title
        one = signed.signed_off.get(department)
        if one is None and entity_map.departments[department].head == signed.signed_off_by:
            continue
        if one is None:
            yield f"{title} has not signed version {signed.version}."
        elif one.on < signed.signed_off_on:
            yield f"{title} signed on {one.on}, before version {signed.version} of {signed.signed_off_on}."


def _limits(entity_map: EntityMap, entity: Entity) -> Iterator[str]:
    for name, copy in entity.replication.items():
        if copy.freshness is None and name not in entity.canonical_system:
            yield f"{system_title(entity_map, entity_map.system_of(name, copy))}: no freshness limit for {copy.object}."


def _sources(entity: Entity) -> Iterator[str]:
    for field, rule in entity.fields.items():
        held = [name for name, copy in entity.replication.items() if field in copy.fields]
        if held and not rule.source_of_truth and not rule.derived and not set(held) & set(entity.canonical_system):
            yield f"{field}: no source of truth, and {', '.join(held)} hold it."


def _controls(entity_map: EntityMap, name: str) -> Iterator[str]:
    found = fields_without_control(entity_map).filter(entity=name)
    fields = found["field"].unique(maintain_order=True).to_list()
    if fields:
        yield f"{plural(len(fields), 'required field')} without an input control: {', '.join(fields)}."


def missing_of_number(entity_map: EntityMap, name: str) -> list[str]:
    """The departments that have not signed their definition of a number, or the canonical one."""
    number = entity_map.numbers[name]
    return [
        told for label, one in number.definitions.items() for told in _unsigned(entity_map, name, number, label, one)
    ]


def _unsigned(entity_map: EntityMap, name: str, number: Number, label: str, one: Definition) -> Iterator[str]:
    title = definition_title(entity_map, name, label)
    everyone = [each.department for each in number.definitions.values()]
    asked = list(dict.fromkeys(everyone)) if label == number.canonical else [one.department]
    for department in asked:
        signed, who = one.signed_off.get(department), entity_map.departments[department].title
        if signed is None:
            yield f"{title}, version {one.version}: {who} has not signed."
        elif signed.on < one.effective:
            yield f"{title}, version {one.version}: {who} signed on {signed.on}, before its day, {one.effective}."


def missing_people(entity_map: EntityMap) -> list[str]:
    """Owners without a deputy."""
    owners = dict.fromkeys(entity.reconciliation.owner for entity in entity_map.entities.values())
    return [f"{person_name(entity_map, one)} has no deputy." for one in owners if entity_map.people[one].deputy is None]
