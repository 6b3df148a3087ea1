"""The site of a home, gathered from the last day that was run and the store of maps."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from revrecon.daily.day import Day
from revrecon.daily.run import Inputs
from revrecon.daily.standup import NotReconciled, last_reconciled
from revrecon.daily.steps import all_day_verdicts
from revrecon.entity_map.differences import differences
from revrecon.entity_map.problems import MapProblems
from revrecon.history.map_store import MapStore
from revrecon.numbers.frames import BRIDGE_SCHEMA, FIGURE_SCHEMA, STEP_SCHEMA
from revrecon.reports.site.files import write_site
from revrecon.reports.site.state import SiteState, VersionOfMap, not_run
from revrecon.tickets.ledger import Ledger


def publish_site(inputs: Inputs, day: Day, folder: Path) -> tuple[Path, SiteState]:
    """Write the site into a folder, as of a day or the last one before it that was run; its first page, and the state.

    Before any day was run it shows the map alone.
    """
    state = state_of(day)
    loaded = inputs.loaded
    return write_site(loaded.map, loaded.sha256, loaded.text, state, folder), state


def state_of(day: Day) -> SiteState:
    """How things stand."""
    versions = tuple(_versions(day))
    try:
        ran = last_reconciled(day)
    except NotReconciled:
        return not_run(versions)
    return SiteState(
        as_of=ran.as_of,
        verdicts=all_day_verdicts(ran),
        figures=_of_numbers(ran, "figures", FIGURE_SCHEMA),
        bridges=_of_numbers(ran, "bridges", BRIDGE_SCHEMA),
        steps=_of_numbers(ran, "bridge_steps", STEP_SCHEMA),
        tickets=tuple(Ledger(ran.home.ledger).tickets(ran.map, ran.as_of, live=True)),
        versions=versions,
    )


def _versions(day: Day) -> Iterator[VersionOfMap]:
    """The versions in the store, the newest first, each with what it changed."""
    store = MapStore(day.home.maps)
    store.keep(day.loaded)
    known = store.all(day.map.company.name)
    for at in reversed(range(len(known))):
        try:
            changes = tuple(differences(known[at - 1].load(), known[at].load())) if at else ()
        except MapProblems:
            changes = ()
        yield VersionOfMap(known[at].name, known[at].version, known[at].effective, changes)


def _of_numbers(day: Day, room: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    kept = [number for number in day.map.numbers if day.tables.has(room, number, day.as_of)]
    return pl.concat(
        [pl.DataFrame(schema=schema), *(day.tables.read(room, n, day.as_of) for n in kept)], how="diagonal"
    )
