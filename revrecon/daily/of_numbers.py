"""The kept tables of all numbers of a day together."""

from collections.abc import Mapping

import polars as pl

from revrecon.daily.day import Day
from revrecon.numbers.frames import BRIDGE_SCHEMA, FIGURE_SCHEMA, ITEM_SCHEMA, STEP_SCHEMA

_ROOMS: Mapping[str, Mapping[str, pl.DataType]] = {
    "figures": FIGURE_SCHEMA,
    "bridges": BRIDGE_SCHEMA,
    "bridge_steps": STEP_SCHEMA,
    "bridge_items": ITEM_SCHEMA,
}


def of_numbers(day: Day, room: str) -> pl.DataFrame:
    """One table below the other, in the map's order; an empty one for a map that has no numbers."""
    kept = [day.tables.read(room, number, day.as_of) for number in day.map.numbers]
    return pl.concat(kept) if kept else pl.DataFrame(schema=_ROOMS[room])
