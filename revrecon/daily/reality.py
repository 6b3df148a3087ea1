"""What was seen of systems and copies by the end of a quarter, for the audit to hold against the map's answers."""

from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl

from revrecon.audit.reality import Reality
from revrecon.daily.day import Day
from revrecon.daily.quarter import QuarterDays
from revrecon.daily.staleness import allowed_silence
from revrecon.daily.timing import kept_or_made_timing
from revrecon.sources.contract import SourceError


def reality_of(days: QuarterDays, last: Day) -> Reality:
    """What was seen of systems and copies on the last day of a quarter that was run."""
    timing = kept_or_made_timing(last).record.filter(pl.col("copy").is_not_null())
    longest = timing.filter(pl.col("window") == timing["window"].max())
    return Reality(
        last_heard={name: _last_heard(last, name) for name in last.map.systems},
        allowed_silence={name: allowed_silence(last.map, name) for name in last.map.systems},
        sent_columns=dict(_sent(last)),
        listed_objects=dict(_offered(days)),
        records=dict(_records(last)),
        filled=dict(_filled(last)),
        values=dict(_values(last)),
        in_time={
            (row["entity"], row["copy"]): (
                row["share_true"], row["in_time"] + row["late"] + row["never"], row["usual_hours"]
            )
            for row in longest.iter_rows(named=True) if row["share_true"] is not None
        },
        linked_by=dict(_linked_by(last)),
        caught_up={name: found for name, found in _caught_up(last) if found},
    )  # fmt: skip


def _linked_by(day: Day) -> Iterator[tuple[str, frozenset[str]]]:
    for name, found in day.identities.items():
        yield name, frozenset(found.links.filter(pl.col("outcome") == "joined")["pass"])


def _last_heard(day: Day, system: str) -> date | None:
    known = [d for o in day.map.systems[system].objects for d in day.lake.days(system, o) if d <= day.as_of]
    return max(known, default=None)


def _sent(day: Day) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    for name, system in day.map.systems.items():
        for object_name in system.objects:
            kept = day.lake.kept(name, object_name, day.as_of)
            if kept:
                yield (name, object_name), tuple(own_columns(kept[-1].schema))


def own_columns(names: Iterable[str]) -> list[str]:
    """A system's own columns, without those that the lake adds."""
    return [name for name in names if not name.startswith("_")]


def _offered(days: QuarterDays) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in days.inputs.loaded.map.systems:
        try:
            offered = days.inputs.source(name).offered()
        except SourceError:
            continue
        if offered is not None:
            yield name, tuple(offered)


def _records(day: Day) -> Iterator[tuple[tuple[str, str], int]]:
    for entity, copy in day.copies():
        known = day.world.entities[entity].copies.get(copy)
        yield (entity, copy), known.records.height if known else 0


def _filled(day: Day) -> Iterator[tuple[tuple[str, str, str], float]]:
    for entity, copy in day.copies():
        known = day.world.entities[entity].copies.get(copy)
        if known is not None and known.records.height:
            counts = known.records.select(pl.col(list(day.map.entities[entity].replication[copy].fields)).count())
            for field, count in counts.row(0, named=True).items():
                yield (entity, copy, field), count / known.records.height


def _values(day: Day) -> Iterator[tuple[tuple[str, str, str], frozenset[str]]]:
    """Per field with allowed values what its copy has of them; a copy that says a constant can show no other."""
    for entity, copy in day.copies():
        known = day.world.entities[entity].copies.get(copy)
        for field, mapping in day.map.entities[entity].replication[copy].fields.items() if known else ():
            if known is not None and mapping.constant is None and day.map.entities[entity].fields[field].allowed:
                yield (entity, copy, field), frozenset(known.records[field].drop_nulls().unique().to_list())


def _caught_up(day: Day) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Per entity the corrected records whose own system has the corrected parent by itself."""
    for name, entity in day.map.entities.items():
        hierarchy = entity.hierarchy
        copy = day.world.entities[name].copies.get(hierarchy.canonical) if hierarchy else None
        if hierarchy is None or copy is None or not hierarchy.corrections:
            continue
        own = dict(copy.records.select("_id", f"{hierarchy.parent_field}__key").iter_rows())
        yield name, tuple(one.child for one in hierarchy.corrections if own.get(one.child, "?") == one.parent)
