"""A year of days: its lake, its state as of a day, a day over it, and retention."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from benchmarks.load.companies import FIRST, company, inputs
from benchmarks.load.measured import Measured, measured
from revrecon.daily.retention import retain
from revrecon.daily.run import run_day
from revrecon.history.lake import Lake
from revrecon.history.landing import land_object


def measure(folder: Path, days: int, deals: int) -> Iterator[Measured]:
    """Land a year, then look at its end."""
    story = f"{days} days of {deals:,} deals in two systems"
    last = FIRST + timedelta(days=days - 1)
    deeds = {
        "write the exports": partial(_write, days=days, deals=deals),
        "land them all": partial(_land, last=last),
        "state of an object at the end": partial(_state, last=last),
        "all versions of an object": partial(_versions, last=last),
        "run of the last day": partial(_run, day=last),
        "the same again": partial(_run, day=last),
        "retention": partial(_retain, day=last),
    }
    for deed, do in deeds.items():
        yield measured(story, deed, do, folder)


def _write(folder: Path, days: int, deals: int) -> str:
    company(folder, 1, deals, days)
    return f"{4 * days:,} files"


def _land(folder: Path, last: date) -> str:
    given, kept = inputs(folder), 0
    lake = Lake(given.home.lake)
    for name, system in given.loaded.map.systems.items():
        for object_name, spec in system.objects.items():
            kept += len(land_object(given.source(name), lake, name, object_name, spec, last))
    return f"{kept:,} extracts kept"


def _state(folder: Path, last: date) -> str:
    given = inputs(folder)
    spec = given.loaded.map.systems["crm"].objects["Deal1"]
    return f"{Lake(given.home.lake).state('crm', 'Deal1', spec, last).height:,} rows"


def _versions(folder: Path, last: date) -> str:
    given = inputs(folder)
    spec = given.loaded.map.systems["crm"].objects["Deal1"]
    return f"{Lake(given.home.lake).versions('crm', 'Deal1', spec, last).height:,} rows"


def _run(folder: Path, day: date) -> str:
    ran = run_day(inputs(folder), day)
    return f"{ran.canonical('deal1').height:,} deals"


def _retain(folder: Path, day: date) -> str:
    given = inputs(folder)
    told = list(retain(given.home, given.loaded.map.retention, day))
    return f"{sum(one.items for one in told):,} things removed"
