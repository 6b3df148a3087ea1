"""The standup pack of a week, gathered from what the days left behind."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from revrecon.daily.day import Day
from revrecon.daily.follow_up import follow_ups
from revrecon.daily.steps import all_day_findings
from revrecon.decisions.proposals import proposals
from revrecon.entity_map.company import Rhythms
from revrecon.numbers.frames import BRIDGE_SCHEMA, FIGURE_SCHEMA, STEP_SCHEMA
from revrecon.reports.standup.files import write_standup
from revrecon.reports.standup.pack import FigureMoved, StandupPack, standup_pack
from revrecon.tickets.business_days import next_business_morning
from revrecon.tickets.ledger import Ledger

_WEEK = timedelta(days=7)
_SHOWN = timedelta(days=28)
_FOLLOWED = timedelta(days=35)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


class NotReconciled(Exception):
    """A pack was asked for and no day was run yet."""


@dataclass(frozen=True)
class Meeting:
    """A standup: the morning on which people meet, and the last day that they can look at."""

    on: date

    @property
    def as_of(self) -> date:
        return self.on - timedelta(days=1)


def meeting_after(rhythms: Rhythms, day: date) -> Meeting:
    """The first standup after a day: on the map's weekday (Tuesday where it names none), or, where that is a holiday,
    on the next business morning."""
    asked = _WEEKDAYS.index((rhythms.standup.on if rhythms.standup else None) or "tuesday")
    usual = day + timedelta(days=1 + (asked - day.weekday() - 1) % 7)
    kept = [next_business_morning(one - timedelta(days=1), rhythms.holidays) for one in (usual - _WEEK, usual)]
    return Meeting(next(one for one in kept if one > day))


def is_meeting(rhythms: Rhythms, day: date) -> bool:
    """Whether people meet on a day."""
    return meeting_after(rhythms, day - timedelta(days=1)).on == day


def days_run(day: Day) -> list[date]:
    """The days up to this one that were run, ascending."""
    first = next(iter(day.copies()), None)
    known = day.tables.days("verdicts", "_".join(first)) if first else []
    return [one for one in known if one <= day.as_of]


def compared_with(day: Day) -> date | None:
    """The day of the last standup: the newest one run a week before or earlier, else the first one run."""
    known = [one for one in days_run(day) if one < day.as_of]
    earlier = [one for one in known if one <= day.as_of - _WEEK]
    return earlier[-1] if earlier else (known[0] if known else None)


def last_reconciled(day: Day) -> Day:
    """This day where it was run, or else the newest one before it that was. Raises NotReconciled."""
    known = days_run(day)
    if not known:
        raise NotReconciled(f"No day up to {day.as_of} was reconciled yet. Run one: revrecon run --as-of {day.as_of}.")
    return day if known[-1] == day.as_of else Day(day.loaded, day.home, known[-1], day.lake, day.decisions)


def week_of(asked: Day, meets_on: date | None = None) -> StandupPack:
    """The pack for the standup after a day, as of the last day up to it that was run. Raises NotReconciled."""
    day = last_reconciled(asked)
    then = compared_with(day)
    before = Day(day.loaded, day.home, then, day.lake, day.decisions) if then else None
    ledger = Ledger(day.home.ledger)
    tickets = ledger.tickets(day.map, day.as_of, live=True, closed_since=then)
    meeting = meets_on or meeting_after(day.map.rhythms, asked.as_of).on
    return standup_pack(
        day.map,
        day.loaded.sha256,
        meeting,
        day.as_of,
        compared_with=then,
        findings=all_day_findings(day),
        findings_then=all_day_findings(before) if before else None,
        tickets=tickets,
        tickets_then=ledger.tickets(day.map, then, live=True) if then else [],
        figures=_figures(day, before),
        proposals=proposals(
            day.map, day.as_of, [ticket for ticket in tickets if ticket.live],
            _of_numbers(day, "bridge_steps", STEP_SCHEMA), waiting_for_stewards(day),
        ),
        follow_ups=follow_ups(day.home, day.map, day.as_of, day.as_of - _FOLLOWED),
        open_by_day=ledger.open_by_day(day.as_of - _SHOWN, day.as_of),
        notes=[*_late(asked, day), *_notes(day, then)],
    )  # fmt: skip


def keep_standup(day: Day, meets_on: date | None = None) -> Path:
    """Write the pack as HTML, Markdown and a workbook; the path of the page. Raises NotReconciled."""
    return write_standup(week_of(day, meets_on), day.home.reports)


def waiting_for_stewards(day: Day) -> pl.DataFrame:
    """The review queue of every entity, as kept or worked out now."""
    return pl.concat(
        day.tables.read("review", entity, day.as_of)
        if day.tables.has("review", entity, day.as_of)
        else day.identities[entity].review
        for entity in day.map.entities
    )


def _of_numbers(day: Day, room: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """A table of every number that was kept for a day."""
    kept = [number for number in day.map.numbers if day.tables.has(room, number, day.as_of)]
    return pl.concat(
        [pl.DataFrame(schema=schema), *(day.tables.read(room, n, day.as_of) for n in kept)], how="diagonal"
    )


_KEY = ["number", "period", "definition"]


def _figures(day: Day, before: Day | None) -> list[FigureMoved]:
    """Every figure now and then, in the order of the map."""
    now, then = _valued(day), _valued(before) if before else _valued(day).clear()
    both = now.join(then.select(*_KEY, "value", "gap"), on=_KEY, how="left", suffix="_then", maintain_order="left")
    return [
        FigureMoved(
            number=row["number"], period=row["period"], definition=row["definition"], unit=row["unit"],
            decimals=day.map.numbers[row["number"]].decimals, canonical=row["canonical"], now=row["value"],
            then=row["value_then"], gap=row["gap"], gap_then=row["gap_then"],
        )
        for row in both.iter_rows(named=True)
    ]  # fmt: skip


def _valued(day: Day) -> pl.DataFrame:
    figures = _of_numbers(day, "figures", FIGURE_SCHEMA)
    gaps = _of_numbers(day, "bridges", BRIDGE_SCHEMA).select(
        *_KEY, (pl.col("reported") - pl.col("closing")).alias("gap")
    )
    return figures.join(gaps, on=_KEY, how="left", maintain_order="left")


def _late(asked: Day, day: Day) -> list[str]:
    told = f"{asked.as_of} is not reconciled: this is the state of {day.as_of}, the last day that is."
    return [] if asked.as_of == day.as_of else [told]


def _notes(day: Day, then: date | None) -> list[str]:
    told = [f"{day.stale_note}: the last state is used."] if day.stale else []
    if then is None:
        return [*told, "This is the first day that was run: there is nothing to compare with yet."]
    if then > day.as_of - _WEEK:
        return [*told, f"Compared with {then}, the first day that was run; a whole week is not there yet."]
    if then < day.as_of - _WEEK:
        return [*told, f"Compared with {then}: no day nearer to a week ago was run."]
    return told
