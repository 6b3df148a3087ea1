"""Restatements: what the figures that were published are now, with today's data, decisions and map, and why.

A figure of a moment (a pipeline) is compared with what is known today of that moment. A figure of a period (revenue of
a quarter) is compared with what the systems say today of that period up to the same day.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import polars as pl

from revrecon.canonical.world import World, end_of
from revrecon.daily.code_version import code_version
from revrecon.daily.day import Day
from revrecon.daily.evidence import kept_contributions, scratch_home
from revrecon.daily.home import Home
from revrecon.daily.present import Present
from revrecon.daily.verifying import name_of
from revrecon.daily.worlds_then import WorldsThen
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import MapProblems
from revrecon.history.atomic import parquet_or_none, write_parquet
from revrecon.history.lake import LakeError
from revrecon.history.map_store import NoSuchMap
from revrecon.numbers.figures import Figure, figure
from revrecon.numbers.moments import last_quarter_end
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.restating import RestatedBridge, Stop, restated, units_of_both
from revrecon.reports.bridge_views import materiality
from revrecon.tickets.figure_model import PublishedFigure
from revrecon.tickets.figures import FigureRegister
from revrecon.tickets.restatement import Restatement

Told = Callable[[PublishedFigure], None]


def first_published(register: FigureRegister, before: date | None = None) -> list[PublishedFigure]:
    """Every figure as it was published first, of days before a day where one is given; the oldest day first."""
    found = [one for one in register.all() if one.revision == 1 and (before is None or one.as_of < before)]
    return sorted(found, key=lambda one: (one.as_of, one.place))


def days_looked_at(figures: Sequence[PublishedFigure], day: Day) -> set[date]:
    """The days whose figures the daily run compares: the last one published before, and the last quarter's end."""
    days = {one.as_of for one in figures if one.as_of < day.as_of}
    return {day for day in (max(days, default=None), last_quarter_end(day.as_of, day.map.company)) if day in days}


def restatements(
    present: Present, figures: Sequence[PublishedFigure], told: Told = lambda figure: None
) -> Iterator[Restatement]:
    """How each figure compares with today; what was worked out once for a state of the world is remembered.

    A figure under which nothing has changed has no restatement.
    """
    home = present.day.home
    register = FigureRegister(home.ledger)
    known = register.restated()
    for _, group in groupby(figures, key=lambda one: (one.as_of, one.act)):
        waiting = []
        for one in group:
            told(one)
            state = _state(present, one)
            if (one.id, state) in known:
                yield Restatement.model_validate_json(known[one.id, state])
            elif state != UNCHANGED:
                waiting.append((one, state))
        yield from _worked_out(present, register, waiting)


def look_again(day: Day) -> list[Restatement]:
    """What the daily run does: compare the figures of `days_looked_at`, where anything under them has changed."""
    return list(restatements(Present(day), figures_looked_at(day)))


def restated_beyond(day: Day) -> list[Restatement]:
    """Of the figures that the daily run looks at, those that are restated by more than the map's materiality."""
    found = remembered(Present(day), figures_looked_at(day))
    return [one for one in found if one.beyond(materiality(day.map, one.number))]


def figures_looked_at(day: Day) -> list[PublishedFigure]:
    """The first publications of the days that the daily run compares."""
    first = first_published(FigureRegister(day.home.ledger), before=day.as_of)
    days = days_looked_at(first, day)
    return [one for one in first if one.as_of in days]


UNCHANGED, UNREADABLE = "", "without its map"


def _state(present: Present, one: PublishedFigure) -> str:
    try:
        return present.state(one) if present.changes(one).any else UNCHANGED
    except (NoSuchMap, MapProblems):
        return UNREADABLE


def remembered(present: Present, figures: Sequence[PublishedFigure]) -> list[Restatement]:
    """The restatements of figures that have been worked out for today's state of the world."""
    known = FigureRegister(present.day.home.ledger).restated()
    found = [known.get((one.id, _state(present, one))) for one in figures]
    return [Restatement.model_validate_json(body) for body in found if body is not None]


def _worked_out(
    present: Present, register: FigureRegister, waiting: Sequence[tuple[PublishedFigure, str]]
) -> Iterator[Restatement]:
    if not waiting:
        return
    home = present.day.home
    with scratch_home(home) as scratch:
        worlds = WorldsThen(present, scratch, register, [one for one, _ in waiting])
        for one, state in waiting:
            told, items = _restatement(present, worlds, one)
            if items is not None:
                write_parquet(items, _items_path(home, one))
            if state != UNREADABLE:
                register.keep_restated(one.id, state, told.model_dump_json())
            yield told


def _items_path(home: Home, one: PublishedFigure) -> Path:
    return home.published / "restated" / f"{one.id}.parquet"


def restated_items(home: Home, figure_id: str) -> pl.DataFrame | None:
    """The records of a figure's newest restatement (RESTATED_ITEM_SCHEMA), or None."""
    path = home.published / "restated" / f"{figure_id}.parquet"
    return parquet_or_none(path)


def _restatement(
    present: Present, worlds: WorldsThen, one: PublishedFigure
) -> tuple[Restatement, pl.DataFrame | None]:  # fmt: skip
    try:
        bridge = restated(one.value, list(_stops(present, worlds, one)))
    except (NotKnown, LakeError, NoSuchMap, MapProblems) as trouble:
        return _told(present, one, None, str(trouble)), None
    return _told(present, one, bridge, ""), bridge.items


def _stops(present: Present, worlds: WorldsThen, one: PublishedFigure) -> Iterator[Stop]:
    then, changes = present.map_of(one), present.changes(one)
    kept = kept_contributions(present.day.home, one.contributions_sha256)
    if kept is None or one.code_version != code_version():
        yield _stop("", "", _figure(worlds.day("then", then), one))
    else:
        yield Stop("", "", one.value, kept)
    if changes.data and worlds.late:
        days = sorted({extract.day for extract in worlds.late})
        detail = f"extracts of {days[0]}" + (f" to {days[-1]}" if len(days) > 1 else "") + " arrived later"
        yield _stop("timing.late", detail, _figure(worlds.day("late", then), one))
    if changes.data and worlds.corrected:
        yield _stop("quality.corrected", "extracts were sent again", _figure(worlds.day("now", then), one))
    if changes.decisions:
        yield _stop("quality.identity", "decisions of stewards", _figure(worlds.day("decided", then), one))
    last = None
    for step in worlds.map_steps(then) if changes.map else ():
        last = _figure(worlds.day("decided", step.map), one)
        yield _stop(step.cause, _versions(one, then, step.map), last)
    if changes.later:
        yield from _later(present, worlds, one, last)


def _later(present: Present, worlds: WorldsThen, one: PublishedFigure, last: Figure | None) -> Iterator[Stop]:
    """What the systems have said of the figure's period since its day: new records, then changed ones."""
    kept = kept_contributions(present.day.home, one.contributions_sha256)
    unchanged = last is None and not worlds.late and not worlds.corrected and kept is not None
    before = (
        kept if unchanged and kept is not None else _figure(worlds.day("decided", present.day.map), one).contributions
    )
    today = present.day.world

    def seen_from(day: date) -> World:
        return replace(today, as_of=day, moment=end_of(day, present.day.map.company.zone))

    after = figure(present.day.map, name_of(one), one.as_of, seen_from)
    fresh = _units_first_seen_after(today, _entity(present.day.map, one), one.as_of)
    middle = units_of_both(before, after.contributions, fresh)
    until = f"up to {present.day.as_of}"
    yield Stop("timing.late", f"entered after the day, {until}", Decimal(str(middle["value"].sum())), middle)
    yield _stop("quality.corrected", f"changed after the day, {until}", after)


def _units_first_seen_after(world: World, entity: str, day: date) -> pl.Series:
    """Units of which no copy had a record on a day."""
    seen = [pl.DataFrame(schema={"unit_id": pl.String, "_first_seen": pl.Date})]
    for name, copy in world.entities[entity].copies.items():
        unit = pl.coalesce("canonical_id", pl.format("{}!own:{}", pl.lit(name), "_id"))
        seen.append(copy.records.select(unit.alias("unit_id"), "_first_seen"))
    first = pl.concat(seen).group_by("unit_id").agg(pl.col("_first_seen").min())
    return first.filter(pl.col("_first_seen") > day)["unit_id"]


def _figure(day: Day, one: PublishedFigure) -> Figure:
    return figure(day.map, name_of(one), one.as_of, day.world_on)


def _stop(cause: str, detail: str, found: Figure) -> Stop:
    return Stop(cause, detail, found.value, found.contributions)


def _entity(entity_map: EntityMap, one: PublishedFigure) -> str:
    return entity_map.numbers[one.number].definitions[one.definition].entity


def _versions(one: PublishedFigure, then: EntityMap, now: EntityMap) -> str:
    """`pipeline@3 to pipeline@4`, or the maps' versions where the definition kept its own."""
    found = [
        m.numbers[one.number].definitions.get(one.definition) if one.number in m.numbers else None for m in (then, now)
    ]
    before, after = (definition.version if definition else 0 for definition in found)
    if before != after:
        return f"{one.number}@{before} to {one.number}@{after}"
    return f"map {then.map.version} to map {now.map.version}"


def _told(present: Present, one: PublishedFigure, bridge: RestatedBridge | None, note: str) -> Restatement:
    return Restatement(
        figure_id=one.id, number=one.number, definition=one.definition, period=one.period, unit=one.unit,
        as_of=one.as_of, published_at=one.published_at, map_then=one.map_version,
        map_now=present.day.map.map.version, data_until=present.day.as_of if one.period else one.as_of,
        then=one.value, now=bridge.now if bridge else None, steps=bridge.steps if bridge else (),
        residual=bridge.residual if bridge else Decimal(), note=note,
    )  # fmt: skip
