"""Missed deadlines: systems that said nothing for longer than their copies may be behind."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.reach import objects_behind
from revrecon.entity_map.systems import FilesSystem
from revrecon.findings import as_findings, no_findings
from revrecon.history.lake import Lake

_USUAL = timedelta(days=1)


def late_systems(entity_map: EntityMap, lake: Lake, as_of: date) -> dict[str, date]:
    """Systems whose newest extract is older than the shortest freshness limit of their copies allows (a day where none
    is named), with the day of that extract. A system that is asked every day is late where any object went unanswered.
    """
    found = {}
    for name, system in entity_map.systems.items():
        spoken = [[day for day in lake.days(name, one) if day <= as_of] for one in system.objects]
        last = [max(days) for days in spoken if days]
        if last and not isinstance(system, FilesSystem) and min(last) < as_of:
            found[name] = min(last)
        elif last and as_of - max(last) > allowed_silence(entity_map, name):
            found[name] = max(last)
    return found


def allowed_silence(entity_map: EntityMap, system: str) -> timedelta:
    """How long a system may say nothing: the shortest freshness limit of its copies, and a day at least."""
    limits = [
        copy.freshness
        for entity in entity_map.entities.values()
        for name, copy in entity.replication.items()
        if entity_map.system_of(name, copy) == system and copy.freshness is not None
    ]
    received = entity_map.currencies.received if entity_map.currencies else None
    limits += [received.freshness] if received is not None and received.system == system else []
    return max(min(limits, default=_USUAL), _USUAL)


def open_inputs(entity_map: EntityMap, lake: Lake, late: Mapping[str, date], as_of: date) -> dict[str, list[str]]:
    """Per entity what it rests on that is late, or of which nothing was ever received, each in a few words."""
    heard = {
        (system, name): any(day <= as_of for day in lake.days(system, name))
        for system, one in entity_map.systems.items()
        for name in one.objects
    }
    found = {}
    for entity in entity_map.entities:
        behind = objects_behind(entity_map, entity)
        stale = {f"{system} stale since {late[system]}" for system, _ in behind if system in late}
        never = {
            f"nothing was ever received of {system}/{name}"
            for system, name in behind
            if not heard[system, name] and not entity_map.systems[system].objects[name].optional
        }
        found[entity] = sorted(stale) + sorted(never)
    return found


def stale_findings(
    entity_map: EntityMap, late: Mapping[str, date], as_of: date, overdue: Mapping[str, date] | None = None
) -> pl.DataFrame:
    """A `timing.late` finding for every copy of a late system.

    A copy of a system that was expected back (`overdue`, with that day) and still says nothing is stale beside that:
    the missed deadline stays on the ticket for as long as the silence lasts.
    """
    due = overdue or {}
    rows = [
        row
        for entity_name, entity in entity_map.entities.items()
        for copy_name, copy in entity.replication.items()
        if (system := entity_map.system_of(copy_name, copy)) in late
        for row in _told(_late(entity_name, copy_name, copy.object, system, late[system], as_of), due.get(system))
    ]
    return as_findings(pl.DataFrame(rows, infer_schema_length=None)) if rows else no_findings()


def _told(late: dict[str, object], due: date | None) -> list[dict[str, object]]:
    if due is None:
        return [{**late, "why": None}]
    why = f"was timing, expected to clear on {due}"
    return [{**late, "why": None}, {**late, "cause": "quality.stale_copy", "since": due, "why": why}]


def _late(entity: str, copy: str, object_name: str, system: str, last: date, as_of: date) -> dict[str, object]:
    return {
        "cause": "timing.late",
        "rule": "system_is_on_time",
        "entity": entity,
        "copy": copy,
        "system": system,
        "object": object_name,
        "record_id": system,
        "expected": f"an extract of {as_of}",
        "observed": f"nothing since {last}",
        "since": last + timedelta(days=1),
    }
