"""What would a change of the map do? Both maps over the same lake: figures then and then, verdicts, and whose they are.

Nothing is written into the home: both days are worked out in a scratch home.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.daily.day import Day
from revrecon.daily.evidence import scratch_home
from revrecon.daily.home import Home
from revrecon.decisions.register import DecisionRegister
from revrecon.entity_map.between import moving_parts
from revrecon.entity_map.differences import Change, differences
from revrecon.entity_map.kinds_of_change import MOVES_FIGURES, MOVES_VERDICTS
from revrecon.entity_map.loader import LoadedMap
from revrecon.history.lake import Lake
from revrecon.numbers.figures import Figure, FigureName, figure, figure_names
from revrecon.numbers.moments import last_quarter_end
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.restating import moved_units
from revrecon.reports.map_change import FigureChange, MapChange, VerdictChange

Told = Callable[[str], None]


def map_change(
    home: Home, old: LoadedMap, new: LoadedMap, as_of: date | None, told: Told = lambda what: None
) -> MapChange:
    """Compare two maps, and where that can move anything, both of them over the lake on a day and at the quarter's end
    before it. Without a day only the maps are compared."""
    changes = differences(old, new)
    moves_figures = moving_parts(old.map) != moving_parts(new.map)
    moves_verdicts = any(change.kind in MOVES_VERDICTS for change in changes)
    days = tuple(_days(home, new, as_of)) if as_of and (moves_figures or moves_verdicts) else ()
    figures: list[FigureChange] = []
    verdicts: list[VerdictChange] = []
    notes: list[str] = [] if as_of or not changes else ["The lake is empty, so only the maps themselves are compared."]
    with scratch_home(home) as scratch:
        for day in days:
            pair = _pair(scratch, home, old, new, day)
            if moves_figures:
                told(f"figures of {day}")
                figures += _figure_changes(pair, changes, notes)
            if moves_verdicts and day == as_of:
                told(f"checks of {day}")
                verdicts += _verdict_changes(pair)
    owners = tuple(_owners(old, new, changes))
    return MapChange(old, new, changes, days, tuple(figures), tuple(verdicts), owners, tuple(dict.fromkeys(notes)))


@dataclass(frozen=True)
class _Pair:
    """A day under the old map and under the new one."""

    old: Day
    new: Day


def _days(home: Home, new: LoadedMap, as_of: date) -> Iterator[date]:
    """The day, and the end of the quarter before it where the lake goes back so far."""
    yield as_of
    before = last_quarter_end(as_of, new.map.company)
    lake = Lake(home.lake)
    if any(lake.kept(s, o, before) for s, system in new.map.systems.items() for o in system.objects):
        yield before


def _pair(scratch: Home, home: Home, old: LoadedMap, new: LoadedMap, day: date) -> _Pair:
    """Both days; where the maps read, match and settle values alike, they share everything that is worked out."""
    before, after = (Day(one, scratch, day, Lake(home.lake), DecisionRegister(home.ledger).all()) for one in (old, new))
    alike = new.map.model_copy(update={"numbers": old.map.numbers})
    return _Pair(before, before.under(new) if moving_parts(alike) == moving_parts(old.map) else after)


def _figure_changes(pair: _Pair, changes: Sequence[Change], notes: list[str]) -> Iterator[FigureChange]:
    """Every figure whose value or records differ, and every figure of a number that was changed."""
    named = {(change.number, change.definition) for change in changes if change.kind in MOVES_FIGURES}
    days = (pair.old, pair.new)
    names = dict.fromkeys(name for day in reversed(days) for name in figure_names(day.map, day.as_of))
    for name in names:
        old, new = (_figure(day, name, notes) for day in days)
        if old is None and new is None:
            continue
        found = _figure_change(pair, name, old, new)
        if found.moved or found.old != found.new or (name.number, name.definition) in named:
            yield found


def _figure(day: Day, name: FigureName, notes: list[str]) -> Figure | None:
    try:
        return figure(day.map, name, day.as_of, day.world_on)
    except NotKnown as reason:
        number = day.map.numbers.get(name.number)
        if number is not None and name.definition in number.definitions:
            notes.append(f"{name} on {day.as_of}, map {day.map.map.version}: {reason}.")
        return None


def _figure_change(pair: _Pair, name: FigureName, old: Figure | None, new: Figure | None) -> FigureChange:
    nothing = next(found for found in (old, new) if found is not None).contributions.clear()
    before, after = (found.contributions if found else nothing for found in (old, new))
    moved = moved_units(before, after)
    number = pair.new.map.numbers.get(name.number) or pair.old.map.numbers[name.number]
    largest, amount = _largest(moved)
    return FigureChange(
        day=pair.new.as_of, name=str(name), unit=number.unit, old=old.value if old else None,
        new=new.value if new else None, moved=moved.height, largest=largest, largest_amount=amount,
    )  # fmt: skip


def _largest(moved: pl.DataFrame) -> tuple[str, Decimal | None]:
    """The unit that moves most, in words, and by how much."""
    if moved.is_empty():
        return "", None
    row = moved.row(0, named=True)
    return f"{row['label']} ({row['records']})", Decimal(row["amount"])


def _verdict_changes(pair: _Pair) -> Iterator[VerdictChange]:
    old, new = _verdicts(pair.old), _verdicts(pair.new)
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key, (None, 0)), new.get(key, (None, 0))
        if before[0] != after[0]:
            yield VerdictChange(*key, before[0], after[0], before[1], after[1])


def _verdicts(day: Day) -> dict[tuple[str, str, str], tuple[str | None, int]]:
    """Verdict and records of every check, by entity, copy and cause."""
    frames = [day.verdicts_of(entity, copy, day.findings_of(entity, copy)) for entity, copy in day.copies()]
    rows = pl.concat(frames).select("entity", "copy", "cause", "verdict", "records").iter_rows()
    return {(entity, copy, cause): (verdict, records) for entity, copy, cause, verdict, records in rows}


def _owners(old: LoadedMap, new: LoadedMap, changes: Sequence[Change]) -> Iterator[str]:
    """The people who answer for what is changed, under either map."""
    found: dict[str, None] = {}
    for loaded in (new, old):
        for change in changes:
            if change.entity in loaded.map.entities:
                found[loaded.map.entities[change.entity].reconciliation.owner] = None
            if change.number in loaded.map.numbers:
                found[loaded.map.numbers[change.number].owner] = None
    people = {**old.map.people, **new.map.people}
    yield from (f"{people[name].name} <{people[name].email}>" for name in found)
