"""A quarter's days in one go: those that are missing, or all of them again as they were known at a moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from revrecon.audit.quarter import Quarter
from revrecon.canonical.identity.decisions import Decision
from revrecon.daily.day import Day
from revrecon.daily.home import Home
from revrecon.daily.map_of_then import under_the_map_of_then
from revrecon.daily.run import Inputs, NothingToRun, close, days_said, last_day_of, run_open_day
from revrecon.daily.tables import Tables
from revrecon.decisions.register import DecisionRegister
from revrecon.entity_map.model import EntityMap
from revrecon.history.known_lake import KnownLake
from revrecon.history.lake import Lake

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Known:
    """As of when a quarter is looked at: with all that is known now, or as it was known at a moment; under today's map
    or each day under the map of that day."""

    at: datetime | None = None  # UTC; None: now
    map_of_then: bool = False

    @property
    def is_now(self) -> bool:
        return self.at is None and not self.map_of_then

    @property
    def name(self) -> str:
        """How its folder is called: `now`, `known-20261015T120000Z`, `map-of-then`, or both."""
        told = [f"known-{self.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"] if self.at else []
        return "_".join([*told, *(["map-of-then"] if self.map_of_then else [])]) or "now"


@dataclass(frozen=True)
class QuarterDays:
    """Where a quarter's days are, and which of them are not there."""

    inputs: Inputs  # over the home that holds the days
    lake: Lake
    real: Home  # that of the lake, the maps and the company's days
    quarter: Quarter
    known: Known
    missing: tuple[date, ...]
    decisions: tuple[Decision, ...] | None = None

    def day(self, day: date) -> Day:
        """One of its days, as it was run."""
        return Day(self.inputs.loaded, self.inputs.home, day, self.lake, self.decisions)


def quarter_days(inputs: Inputs, quarter: Quarter, known: Known) -> QuarterDays:
    """A quarter as it stands: which days were run. What is not simply today's view has a home of its own."""
    lake = Lake(inputs.home.lake) if known.at is None else KnownLake(inputs.home.lake, known.at)
    decisions = DecisionRegister(inputs.home.ledger).all()
    then = None if known.at is None else tuple(one for one in decisions if one.decided_at <= known.at)
    mine = inputs if known.is_now else replace(inputs, home=own_home(inputs.home, quarter, known))
    given = then if known.at is not None else (None if known.is_now else tuple(decisions))
    ran = days_run(mine.home, mine.loaded.map)
    return QuarterDays(mine, lake, inputs.home, quarter, known, tuple(d for d in quarter.days if d not in ran), given)


def own_home(home: Home, quarter: Quarter, known: Known) -> Home:
    """A home below the audits of a home, with tables, ledger and reports of its own; the lake is the real one."""
    root = home.root / "audits" / quarter.name / known.name
    return Home(root, alone=True)


def days_run(home: Home, entity_map: EntityMap) -> set[date]:
    """The days of which the last number's bridges are there, which are made after everything that is judged."""
    last = list(entity_map.numbers)[-1] if entity_map.numbers else None
    return set(Tables(home.tables).days("bridges", last)) if last else set()


def run_quarter(
    asked: QuarterDays, rerun: bool = False, told: Told = lambda name, at, total: None
) -> QuarterDays:  # fmt: skip
    """Run the days of a quarter that are missing, or with `rerun` all, up to the last day with data; then as it stands.

    Whoever is killed in between goes on where it stopped. Raises what a run of a day raises.
    """
    wanted = [day for day in asked.quarter.days if rerun or day in asked.missing]
    wanted = [day for day in wanted if _can_be_run(asked, day)]
    for at, day in enumerate(wanted):
        told(str(day), at, len(wanted))
        run_open_day(_under(asked, day), day, lake=asked.lake, decisions=asked.decisions, lands=asked.known.at is None)
    if wanted:
        told("closing", len(wanted), len(wanted))
        close(asked.day(wanted[-1]))
    ran = days_run(asked.inputs.home, asked.inputs.loaded.map)
    return replace(asked, missing=tuple(day for day in asked.quarter.days if day not in ran))


def _can_be_run(asked: QuarterDays, day: date) -> bool:
    """Whether a day is not before all history and not after the last day with data."""
    systems = asked.inputs.loaded.map.systems
    if asked.known.at is not None:
        spoken = [d for s, one in systems.items() for o in one.objects for d in asked.lake.days(s, o)]
        return bool(spoken) and min(spoken) <= day <= max(spoken)
    try:
        return first_day_of(asked.inputs) <= day <= last_day_of(asked.inputs)
    except NothingToRun:
        return False


def first_day_of(inputs: Inputs) -> date:
    """The first day of which any source, or the lake, has an extract. Raises NothingToRun when none has."""
    lake, days = Lake(inputs.home.lake), []
    for name, system in inputs.loaded.map.systems.items():
        source = inputs.source(name)
        for object_name in system.objects:
            days += days_said(source, object_name, [])[:1] + lake.days(name, object_name)[:1]
    if not days:
        raise NothingToRun(f"No export was found below {inputs.data_root}.")
    return min(days)


def _under(asked: QuarterDays, day: date) -> Inputs:
    """The inputs of a day: under today's map, or under that of the day, which the real home keeps."""
    if not asked.known.map_of_then:
        return asked.inputs
    then = under_the_map_of_then(replace(asked.inputs, home=asked.real), day)
    return replace(then, home=asked.inputs.home)


def extracts_that_differ(asked: QuarterDays) -> int:
    """How many extracts up to the quarter's end are known otherwise now than they were; 0 where it is looked at now."""
    if asked.known.at is None:
        return 0
    now, systems, count = Lake(asked.real.lake), asked.inputs.loaded.map.systems, 0
    for name, system in systems.items():
        for object_name in system.objects:
            then = {one.day: one.sha256 for one in asked.lake.kept(name, object_name, asked.quarter.last)}
            today = {one.day: one.sha256 for one in now.kept(name, object_name, asked.quarter.last)}
            count += sum(then.get(day) != today.get(day) for day in then.keys() | today.keys())
    return count


def days_without_data(asked: QuarterDays) -> Iterator[date]:
    """The days of the quarter that cannot be run, because nothing was received by then or nothing since."""
    yield from (day for day in asked.missing if not _can_be_run(asked, day))
