"""One object of many rows: from its export into the lake, and a day over it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.load.companies import FIRST, company, inputs
from benchmarks.load.measured import Measured, measured
from revrecon.daily.buckets.engine import Spread
from revrecon.daily.run import run_day
from revrecon.history.lake import Lake
from revrecon.history.landing import land_object

_IN_A_BUCKET = 150_000
"""About so many records of each system are judged at once."""


def measure(folder: Path, rows: int) -> Iterator[Measured]:
    """Write, land and run."""
    story, buckets = f"{rows:,} rows in an object of each system", max(1, rows // _IN_A_BUCKET)
    deeds = {
        "write the exports": partial(_write, rows=rows),
        "land one object": _land,
        f"a day, {buckets} bucket{'s' * (buckets > 1)}": partial(_run, buckets=buckets),
    }
    for deed, do in deeds.items():
        yield measured(story, deed, do, folder)


def _write(folder: Path, rows: int) -> str:
    company(folder, 1, rows)
    size = (folder / f"data/crm/Deal1/{FIRST}.csv").stat().st_size
    return f"{size / 1e6:,.0f} MB of CSV"


def _land(folder: Path) -> str:
    given = inputs(folder)
    spec = given.loaded.map.systems["crm"].objects["Deal1"]
    land_object(given.source("crm"), Lake(given.home.lake), "crm", "Deal1", spec, FIRST)
    return "in the lake"


def _run(folder: Path, buckets: int) -> str:
    ran = run_day(replace(inputs(folder), spread=Spread(buckets)), FIRST)
    found = sum(ran.tables.read("drift", f"deal1_{copy}", FIRST).height for copy in ("crm", "books"))
    return f"{ran.canonical('deal1').height:,} deals, {found:,} findings of drift"
