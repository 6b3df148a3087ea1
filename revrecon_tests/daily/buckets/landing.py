"""Companies in a lake, and the same day of one undivided and in buckets."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from revrecon.daily.buckets.engine import Engine, InProcess, Spread
from revrecon.daily.day import Day
from revrecon.daily.home import Home
from revrecon.entity_map.loader import LoadedMap
from revrecon.entity_map.model import EntityMap
from revrecon.history.lake import Lake
from revrecon.sources.contract import REJECTED_SCHEMA, RawExtract
from revrecon_tests.tables import table

Tables = Mapping[tuple[str, str], str | pl.DataFrame]


def land(home: Home, entity_map: EntityMap, day: dt.date, tables: Tables) -> None:
    """Keep a day's full extracts, each a pipe table or a frame of text, by system and object."""
    lake = Lake(home.lake)
    for (system, name), given in tables.items():
        frame = table(given) if isinstance(given, str) else given
        extract = RawExtract(day, "full", frame, pl.DataFrame(schema=REJECTED_SCHEMA), "a test")
        lake.keep(system, name, entity_map.systems[system].objects[name], extract, accept_shrink=True)


def day_in(home: Home, entity_map: EntityMap, as_of: dt.date, buckets: int = 1, engine: Engine | None = None) -> Day:
    """The day of a home in so many buckets."""
    loaded = LoadedMap(entity_map, "", "", Path("entity_map.yaml"))
    return Day(loaded, home, as_of, decisions=(), spread=Spread(buckets, engine or InProcess()))


def assert_same_day(whole: Day, divided: Day) -> None:
    """Everything that is worked out in buckets is what is worked out whole, to the last row and type."""
    for entity in whole.map.entities:
        assert_same_identities(whole, divided, entity)
        assert_frame_equal(divided.canonical(entity), whole.canonical(entity))
        assert_same_records(whole, divided, entity)
        assert_same_timing(whole, divided, entity)
    for place in whole.copies():
        assert divided.records_in(*place) == whole.records_in(*place)
        assert_frame_equal(divided.rule_findings(*place), whole.rule_findings(*place))
        assert_frame_equal(divided.drift_findings(*place), whole.drift_findings(*place))
        if whole.records_in(*place) is not None:
            assert_frame_equal(divided.accounting(*place, 2), whole.accounting(*place, 2))
    for number in whole.map.numbers:
        for one, other in zip(_frames(whole, number), _frames(divided, number), strict=True):
            assert_frame_equal(other, one)
        assert divided.number(number).not_run == whole.number(number).not_run


def assert_same_identities(whole: Day, divided: Day, entity: str) -> None:
    """Identity that reads the columns alone that it looks at finds what it finds among all of them."""
    for part in ("crosswalk", "links", "review"):
        assert_frame_equal(getattr(divided.identities[entity], part), getattr(whole.identities[entity], part))


def assert_same_records(whole: Day, divided: Day, entity: str) -> None:
    """Whoever looks at the whole entity sees the same world."""
    here, there = whole.world.entities[entity], divided.world.entities[entity]
    assert_frame_equal(there.canonical, here.canonical)
    assert_frame_equal(there.tree, here.tree)
    assert list(there.copies) == list(here.copies)
    for name, copy in here.copies.items():
        other = there.copies[name]
        assert_frame_equal(other.records, copy.records)
        assert_frame_equal(other.gone, copy.gone)
        assert_frame_equal(other.unreadable, copy.unreadable)


def assert_same_timing(whole: Day, divided: Day, entity: str) -> None:
    """Claims, lags and what is overdue, though the usual lag is learned from the records of all buckets."""
    timed = whole.timing(entity)
    assert divided.timing(entity).keys() == timed.keys()
    for name, told in timed.items():
        for part in ("claims", "lag", "overdue"):
            assert_frame_equal(getattr(divided.timing(entity)[name], part), getattr(told, part))


def _frames(day: Day, number: str) -> list[pl.DataFrame]:
    found = day.number(number)
    return [found.figures, found.bridges, found.steps, found.items, found.orders, found.order_matters]


def without(entity_map: EntityMap, *numbers: str) -> EntityMap:
    """The same map without some of its numbers."""
    kept = {name: number for name, number in entity_map.numbers.items() if name not in numbers}
    return entity_map.model_copy(update={"numbers": kept})


def at(home: Home, folder: str) -> Home:
    """A home beside another one."""
    return replace(home, root=home.root / folder)
