"""The breakdowns of a day's bridges."""

import polars as pl

from revrecon.daily.day import Day
from revrecon.entity_map.problems import did_you_mean, listed
from revrecon.entity_map.rules.breakdowns import counted_entities
from revrecon.numbers.breakdowns import BREAKDOWN_SCHEMA, broken_down, values_of
from revrecon.numbers.moments import moment_of
from revrecon.numbers.versions import NoSuchLens


def breakdown_of(day: Day, number: str, dimension: str, items: pl.DataFrame) -> pl.DataFrame:
    """Items of a number's bridges (ITEM_SCHEMA) by one dimension of the map (BREAKDOWN_SCHEMA). Raises NoSuchLens."""
    answers = day.map.numbers[number]
    if dimension not in answers.breakdowns:
        near = did_you_mean(dimension, answers.breakdowns)
        known = listed(list(answers.breakdowns)) or "none yet: add some under numbers." + number + ".breakdowns"
        raise NoSuchLens(f"{number} has no breakdown '{dimension}'; it has {known}{f'; {near}' if near else '.'}")
    days = {moment_of(one.as_of, day.as_of, day.map.company) for one in answers.definitions.values()} - {day.as_of}
    worlds = [day.world, *(day.world_on(one) for one in sorted(days, reverse=True))]
    values = values_of(day.map, worlds, counted_entities(day.map, answers), answers.breakdowns[dimension])
    return broken_down(items, dimension, values)


def make_breakdowns(day: Day, number: str) -> pl.DataFrame:
    """Work out and keep every breakdown of a number's bridges (BREAKDOWN_SCHEMA)."""
    items = day.number(number).items
    if items.is_empty():
        frame = pl.DataFrame(schema=BREAKDOWN_SCHEMA)
    else:
        frames = [breakdown_of(day, number, name, items) for name in day.map.numbers[number].breakdowns]
        frame = pl.concat([pl.DataFrame(schema=BREAKDOWN_SCHEMA), *frames])
    day.tables.write("breakdowns", number, day.as_of, frame)
    return frame
