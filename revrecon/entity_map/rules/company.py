"""Rules about people, departments and the map's own history."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known

_FAR_AHEAD = timedelta(days=366)
_EARLIEST_YEAR = 1990


def everyone_who_answers_for_something_is_a_person(entity_map: EntityMap) -> Iterator[Problem]:
    """Owners, deputies, managers, heads, representatives and those who signed are all in `people`."""
    for path, name in _people_named(entity_map):
        yield from unless_known(path, "person of the map", name, entity_map.people)


def _people_named(entity_map: EntityMap) -> Iterator[tuple[Path, str | None]]:
    for key, person in entity_map.people.items():
        yield ("people", key, "deputy"), person.deputy
        yield ("people", key, "manager"), person.manager
    for key, department in entity_map.departments.items():
        yield ("departments", key, "head"), department.head
    for key, system in entity_map.systems.items():
        yield ("systems", key, "representative"), system.representative
    for key, entity in entity_map.entities.items():
        yield ("entities", key, "definition", "signed_off_by"), entity.definition.signed_off_by
        yield ("entities", key, "reconciliation", "owner"), entity.reconciliation.owner
    for key, number in entity_map.numbers.items():
        yield ("numbers", key, "owner"), number.owner


def every_named_department_exists(entity_map: EntityMap) -> Iterator[Problem]:
    """Systems and definitions belong to departments of the map."""
    for key, system in entity_map.systems.items():
        yield from unless_known(
            ("systems", key, "department"), "department of the map", system.department, entity_map.departments
        )
    for number_name, number in entity_map.numbers.items():
        for key, definition in number.definitions.items():
            path = ("numbers", number_name, "definitions", key, "department")
            yield from unless_known(path, "department of the map", definition.department, entity_map.departments)


def nobody_stands_in_for_themselves(entity_map: EntityMap) -> Iterator[Problem]:
    """A deputy or manager is someone else: a ticket could not move on."""
    for key, person in entity_map.people.items():
        for role in ("deputy", "manager"):
            if getattr(person, role) == key:
                yield broken(("people", key, role), f"'{key}' cannot be their own {role}", "name someone else")


def the_history_rises_to_the_maps_version(entity_map: EntityMap) -> Iterator[Problem]:
    """Versions rise, days do not go back, and the last line of the history is the map's version."""
    history = entity_map.map.history
    for place, (before, after) in enumerate(pairwise(history), 1):
        path: Path = ("map", "history", place)
        if after.version <= before.version:
            yield broken((*path, "version"), f"version {after.version} follows version {before.version}", "sort them")
        if after.on < before.on:
            yield broken((*path, "on"), f"the day {after.on} follows the later day {before.on}", "sort them")
    if history and history[-1].version != entity_map.map.version:
        message = f"the map is version {entity_map.map.version}, but its history ends at {history[-1].version}"
        yield broken(("map", "version"), message, "add a line to the history, or correct the version")


def signatures_and_definitions_have_plausible_dates(entity_map: EntityMap) -> Iterator[Problem]:
    """No day before 1990, and none more than a year after the map's last change."""
    history = entity_map.map.history
    latest = history[-1].on + _FAR_AHEAD if history else None
    for path, day in _days_named(entity_map):
        if day.year < _EARLIEST_YEAR or (latest is not None and day > latest):
            against = f"when the map's last change was on {history[-1].on}" if history else "before 1990"
            yield broken(path, f"the day {day} is not plausible {against}", "check the year")


def _days_named(entity_map: EntityMap) -> Iterator[tuple[Path, date]]:
    for key, entity in entity_map.entities.items():
        yield ("entities", key, "definition", "signed_off_on"), entity.definition.signed_off_on
    for number_name, number in entity_map.numbers.items():
        for key, definition in number.definitions.items():
            yield ("numbers", number_name, "definitions", key, "effective"), definition.effective


def tickets_escalate_later_and_later(entity_map: EntityMap) -> Iterator[Problem]:
    """Each step of the ladder comes after the one before."""
    for place, (before, after) in enumerate(pairwise(entity_map.rhythms.escalation), 1):
        if after.after <= before.after:
            path = ("rhythms", "escalation", place, "after")
            yield broken(path, "this step comes no later than the one before", "sort the steps by their age")


COMPANY_RULES: tuple[Rule, ...] = (
    everyone_who_answers_for_something_is_a_person,
    every_named_department_exists,
    nobody_stands_in_for_themselves,
    the_history_rises_to_the_maps_version,
    signatures_and_definitions_have_plausible_dates,
    tickets_escalate_later_and_later,
)
