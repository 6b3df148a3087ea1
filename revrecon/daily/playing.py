"""Playing days through: one after the other as they would have been run, each week with a standup and its decisions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from revrecon.daily.day import Day
from revrecon.daily.deciding import amendment, take
from revrecon.daily.run import Inputs, close, run_open_day
from revrecon.daily.standup import is_meeting, keep_standup
from revrecon.decisions.standup_register import StandupRegister
from revrecon.decisions.taken import Taken
from revrecon.entity_map.loader import LoadedMap, load_map
from revrecon.history.atomic import write_text
from revrecon.history.lake import Lake
from revrecon.tickets.ledger import Ledger

_ONE_DAY = timedelta(days=1)

Told = Callable[[str, int, int], None]
"""Told before each day: its name, its number from 0, and how many there are."""


@dataclass(frozen=True)
class PlayedDay:
    """What one day left behind: tickets that came and went and, where people met on the morning after, the pack and
    what they decided."""

    day: date
    map_version: int
    opened: tuple[str, ...]
    resolved: tuple[str, ...]
    live: int
    escalated: int
    pack: Path | None
    decided: tuple[Taken, ...]


def own_map(inputs: Inputs) -> Inputs:
    """The same inputs over a home alone and a copy of the map in it, so that what is played and decided there leaves
    the company's lake, ledger and map as they are. A copy that is there already is gone on with.
    """
    path = inputs.home.root / "played" / inputs.loaded.path.name
    if not path.exists():
        write_text(inputs.loaded.text, path)
    return replace(inputs, loaded=load_map(path), home=replace(inputs.home, alone=True))


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def play(
    inputs: Inputs, first: date, last: date, decisions: Sequence[Taken] = (), told: Told = lambda name, at, total: None
) -> Iterator[PlayedDay]:
    """Run every day from the first to the last, make the pack before each standup, and take what was decided there.

    A day that was played through already is not run again, so that one can go on after a kill. Decisions count from the
    day after their standup on. Raises what a run of a day raises, and AmendmentRefused.
    """
    days, lake, now = days_between(first, last), Lake(inputs.home.lake), inputs
    for at, day in enumerate(days):
        told(str(day), at, len(days))
        yield _played(now, day, decisions, lake)
        now = replace(now, loaded=load_map(inputs.loaded.path))
    told("closing", len(days), len(days))
    close(Day(now.loaded, now.home, last, lake))


def _played(inputs: Inputs, day: date, decisions: Sequence[Taken], lake: Lake) -> PlayedDay:
    ran = _run_once(inputs, day, lake)
    morning = day + _ONE_DAY
    pack = _pack(ran, morning) if is_meeting(inputs.loaded.map.rhythms, morning) else None
    loaded, decided = _decide(ran, [one for one in decisions if one.on == morning])
    return _told(ran, loaded, pack, decided)


def _pack(day: Day, morning: date) -> Path:
    """The pack as it was made before the meeting: what was decided there comes into the next one."""
    made = day.home.reports / "standup" / f"{morning}.html"
    return made if made.exists() else keep_standup(day, morning)


def _run_once(inputs: Inputs, day: date, lake: Lake) -> Day:
    """The day, run now unless its report is there: that is written last."""
    if (inputs.home.reports / "daily" / f"{day}.html").exists():
        return Day(inputs.loaded, inputs.home, day, lake)
    return run_open_day(inputs, day, lake=lake)


def _decide(day: Day, decisions: Sequence[Taken]) -> tuple[LoadedMap, tuple[Taken, ...]]:
    """Take decisions that are not in the register yet, all or none."""
    known = {one.id for one in StandupRegister(day.home.ledger).all()}
    if all(one.id in known for one in decisions):
        return day.loaded, tuple(decisions)
    return take(day, amendment(day, decisions)), tuple(decisions)


def _told(day: Day, loaded: LoadedMap, pack: Path | None, decided: tuple[Taken, ...]) -> PlayedDay:
    ledger = Ledger(day.home.ledger)
    now = {ticket.id: ticket for ticket in ledger.tickets(day.map, day.as_of)}
    before = {ticket.id: ticket for ticket in ledger.tickets(day.map, day.as_of - _ONE_DAY)}
    live = {name for name, ticket in now.items() if ticket.live}
    live_before = {name for name, ticket in before.items() if ticket.live}
    return PlayedDay(
        day=day.as_of,
        map_version=loaded.map.map.version,
        opened=tuple(sorted(live - live_before)),
        resolved=tuple(sorted(live_before - live)),
        live=len(live),
        escalated=sum(bool(now[name].escalations) for name in live),
        pack=pack,
        decided=decided,
    )
