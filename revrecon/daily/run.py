"""Run one day from the exports to the report."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from revrecon.canonical.identity.decisions import Decision
from revrecon.daily.buckets.engine import Spread
from revrecon.daily.carrying.settings import Carrying
from revrecon.daily.day import Day, newest_day
from revrecon.daily.figures import publish_figures
from revrecon.daily.home import Home
from revrecon.daily.kept_maps import keep_map
from revrecon.daily.outcomes import keep_report, keep_tickets
from revrecon.daily.published_frames import ledger_frames
from revrecon.daily.reported import make_reported
from revrecon.daily.restating import look_again
from revrecon.daily.steps import Step, reconciliation_steps
from revrecon.daily.warehouse import build_warehouse
from revrecon.entity_map.loader import LoadedMap
from revrecon.entity_map.systems import SourceObject
from revrecon.history.lake import Lake
from revrecon.history.landing import land_or_go_on
from revrecon.numbers.reported import has_reported_figures
from revrecon.sources.contract import SourceError
from revrecon.sources.live.system import THE_WORLD, Outside
from revrecon.sources.registry import AnySource, open_source

_log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Told before each step: its name, its number from 0, and how many there are."""


class NothingToRun(Exception):
    """No system has said anything up to the day asked for."""


@dataclass(frozen=True)
class Inputs:
    """What a run starts from."""

    loaded: LoadedMap
    data_root: Path
    home: Home
    accept_shrink: bool = False
    spread: Spread | None = None  # None: as the environment says
    carrying: Carrying | None = None  # None: as the environment says
    map_note: str = ""  # said in the report where the map is not simply today's
    outside: Outside = THE_WORLD

    def source(self, system: str) -> AnySource:
        """A system's connector."""
        return open_source(self.loaded.map, system, self.data_root, self.outside, self.home.spool)


def days_said(source: AnySource, object_name: str, silent: list[SourceError]) -> list[date]:
    """The days of an object; none where the source does not answer for now, and that trouble is added to `silent`."""
    try:
        return source.days(object_name)
    except SourceError as trouble:
        if not trouble.may_pass:
            raise
        silent.append(trouble)
        return []


def last_day_of(inputs: Inputs) -> date:
    """The last day of which any source has an extract. Raises NothingToRun when none has, and SourceError."""
    days: list[date] = []
    silent: list[SourceError] = []
    for name, system in inputs.loaded.map.systems.items():
        source = inputs.source(name)
        for object_name in system.objects:
            days += days_said(source, object_name, silent)[-1:]
    if not days:
        kept = newest_day(inputs.home, inputs.loaded.map)
        if kept is None and silent:
            raise silent[0]
        if kept is None:
            raise NothingToRun(
                f"No export was found below {inputs.data_root}. "
                "Name the folder that holds the systems' folders with --data."
            )
        return kept
    return max(days)


def landing_steps(inputs: Inputs, as_of: date, lake: Lake) -> Iterator[Step]:
    """One step per object: everything up to the day that is not in the lake yet."""
    for name, system in inputs.loaded.map.systems.items():
        source = inputs.source(name)
        for object_name, spec in system.objects.items():
            yield Step(
                f"read {name}/{object_name}",
                partial(_read, source, lake, name, object_name, spec, as_of, accept_shrink=inputs.accept_shrink),
            )


def _read(
    source: AnySource, lake: Lake, name: str, object_name: str, spec: SourceObject, as_of: date, accept_shrink: bool
) -> None:
    trouble = land_or_go_on(source, lake, name, object_name, spec, as_of, accept_shrink)
    if trouble is not None:
        _log.warning("%s/%s: %s Its last state is used; the report says since when.", name, object_name, trouble)


def _reported_steps(day: Day, data_root: Path) -> Iterator[Step]:
    """What departments typed in, where the map tells of any of it."""
    if has_reported_figures(day.map):
        yield Step("reported figures", lambda: make_reported(day, data_root))


def _require_history(inputs: Inputs, as_of: date) -> None:
    """Raise NothingToRun when no source has an extract up to the day and the lake knows of none."""
    systems = inputs.loaded.map.systems
    lake = Lake(inputs.home.lake)
    first = []
    for name, system in systems.items():
        source = inputs.source(name)
        for object_name in system.objects:
            first += days_said(source, object_name, [])[:1] + lake.days(name, object_name)[:1]
    if first and min(first) > as_of:
        raise NothingToRun(
            f"Nothing is known of {as_of}: the first extract is of {min(first)}. Ask for a later --as-of."
        )


def run_day(inputs: Inputs, as_of: date, progress: Progress = lambda name, at, total: None) -> Day:
    """Read, reconcile, write tickets, report and warehouse of a day; running it again changes nothing.

    Raises SourceError, SuspiciousExtract and their kin for the outside world, NothingToRun before all history.
    """
    day = run_open_day(inputs, as_of, progress)
    close(day)
    return day


def run_open_day(
    inputs: Inputs, as_of: date, progress: Progress = lambda name, at, total: None, lake: Lake | None = None,
    decisions: Sequence[Decision] | None = None, lands: bool = True,
) -> Day:  # fmt: skip
    """The same without the warehouse, which is over all days: for one of many that is closed after the last.

    `lake`: one that other days were run over in this process, and that knows their extracts; without `lands` nothing is
    read from the sources, and what the lake has is all there is. `decisions`: others than those of the home's register.
    """
    lake = lake or Lake(inputs.home.lake)
    day = Day(inputs.loaded, inputs.home, as_of, lake, decisions, inputs.map_note, inputs.spread, inputs.carrying)
    steps = [
        *(landing_steps(inputs, as_of, lake) if lands else ()),
        *_reported_steps(day, inputs.data_root),
        *reconciliation_steps(day),
        Step("tickets", lambda: keep_tickets(day)),
        Step("published figures", lambda: publish_figures(day)),
        Step("restatements", lambda: look_again(day)),
        Step("report", lambda: keep_report(day)),
    ]
    if lands:
        _require_history(inputs, as_of)
    keep_map(inputs.home, inputs.loaded)
    for at, step in enumerate(steps):
        progress(step.name, at, len(steps) + 1)
        step.take()
    progress("warehouse", len(steps), len(steps) + 1)
    return day


def close(day: Day) -> None:
    """Rebuild the warehouse from the tables of every day that was run."""
    build_warehouse(day.tables, day.home.warehouse, ledger_frames(day.home))
