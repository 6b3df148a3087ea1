"""The timing of a day: claims, the track record, and when the bridges' timing items clear; worked out and kept."""

from dataclasses import dataclass

import polars as pl

from revrecon.daily.day import Day
from revrecon.timing.claims import CLAIM_SCHEMA
from revrecon.timing.items import TIMING_ITEM_SCHEMA, timing_items
from revrecon.timing.record import track_record


@dataclass(frozen=True)
class Timing:
    """Claims (CLAIM_SCHEMA), the track record (TRACK_SCHEMA) and timing items (TIMING_ITEM_SCHEMA) of a day."""

    claims: pl.DataFrame
    record: pl.DataFrame
    items: pl.DataFrame


_TABLES = {"claims": "timing_claims", "record": "timing_record", "items": "timing_items"}
_NAME = "all"


def make_timing(day: Day) -> Timing:
    """Work out and keep the timing of a day whose bridges were made. Raises TableMissing."""
    copies = [copy for entity in day.map.entities for copy in day.timing(entity).values()]
    claims = pl.concat([pl.DataFrame(schema=CLAIM_SCHEMA), *(copy.claims for copy in copies), day.late_claims])
    record = track_record(day.map, claims, [copy.lag for copy in copies], day.as_of)
    made = Timing(claims, record, _items(day))
    for part, room in _TABLES.items():
        day.tables.write(room, _NAME, day.as_of, getattr(made, part))
    return made


def _items(day: Day) -> pl.DataFrame:
    items = [day.tables.read("bridge_items", number, day.as_of) for number in day.map.numbers]
    if not items:
        return pl.DataFrame(schema=TIMING_ITEM_SCHEMA)
    late = {(entity, name): copy.overdue for entity in day.map.entities for name, copy in day.timing(entity).items()}
    return timing_items(day.map, day.as_of, pl.concat(items), day.world_on, late)


def kept_timing(day: Day) -> Timing:
    """The timing of a day as it was kept. Raises TableMissing."""
    return Timing(**{part: day.tables.read(room, _NAME, day.as_of) for part, room in _TABLES.items()})


def kept_or_made_timing(day: Day) -> Timing:
    """The timing of a day as it was kept, or worked out now where an earlier version ran the day."""
    known = all(day.tables.has(room, _NAME, day.as_of) for room in _TABLES.values())
    return kept_timing(day) if known else make_timing(day)
