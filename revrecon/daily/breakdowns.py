"""The breakdowns of a day's bridges, and bridges with their dimensions to take away."""

from collections.abc import Mapping

import polars as pl

from revrecon.daily.day import Day
from revrecon.entity_map.problems import did_you_mean, listed
from revrecon.entity_map.rules.breakdowns import counted_entities
from revrecon.numbers.between import Between
from revrecon.numbers.breakdowns import BREAKDOWN_SCHEMA, broken_down, values_of
from revrecon.numbers.moments import moment_of
from revrecon.numbers.versions import NoSuchLens
from revrecon.reports.between_views import between_view
from revrecon.reports.bridge_views import BridgeView, of_bridge
from revrecon.reports.bridges.taken import TakenBridge, with_dimensions
from revrecon.reports.daily import DailySheet
from revrecon.reports.number_views import number_views


def known_dimension(day: Day, number: str, asked: str) -> str:
    """The name of a dimension of a number. Raises NoSuchLens with what there is."""
    known = day.map.numbers[number].breakdowns
    if asked in known:
        return asked
    near = did_you_mean(asked, known)
    has = f"it has {listed(list(known))}" if known else f"add some under numbers.{number}.breakdowns of the map"
    raise NoSuchLens(f"{number} has no breakdown '{asked}'; {has}{f'; {near}' if near else '.'}")


def dimension_values(day: Day, number: str) -> Mapping[str, pl.DataFrame]:
    """Per dimension of a number each unit's value (VALUE_SCHEMA), as known at the moments of its definitions."""
    answers = day.map.numbers[number]
    if not answers.breakdowns:
        return {}
    days = {moment_of(one.as_of, day.as_of, day.map.company) for one in answers.definitions.values()} - {day.as_of}
    worlds = [day.world, *(day.world_on(one) for one in sorted(days, reverse=True) if day.knows(one))]
    entities = counted_entities(day.map, answers)
    return {name: values_of(day.map, worlds, entities, one) for name, one in answers.breakdowns.items()}


def make_breakdowns(day: Day, number: str) -> pl.DataFrame:
    """Work out and keep every breakdown of a number's bridges (BREAKDOWN_SCHEMA)."""
    items = day.number(number).items
    known = {} if items.is_empty() else dimension_values(day, number)
    frames = [broken_down(items, name, values) for name, values in known.items()]
    frame = pl.concat([pl.DataFrame(schema=BREAKDOWN_SCHEMA), *frames])
    day.tables.write("breakdowns", number, day.as_of, frame)
    return frame


def taken_bridges(
    day: Day, sheet: DailySheet, number: str, department: str | None = None, period: str | None = None
) -> list[TakenBridge]:
    """A number's bridges with everything that is taken away with them, or one department's or definition's."""
    values = dimension_values(day, number)
    figures = [(figure.caption, figure.bridge) for view in number_views(sheet) for figure in view.figures]
    wanted = [
        (caption, bridge)
        for caption, bridge in figures
        if bridge is not None
        and bridge.number == number
        and period in (None, bridge.period)
        and department in (None, bridge.definition, bridge.department_key)
    ]
    return [_taken(sheet, caption, bridge, values) for caption, bridge in wanted]


def _taken(sheet: DailySheet, caption: str, bridge: BridgeView, values: Mapping[str, pl.DataFrame]) -> TakenBridge:
    row: dict[str, object] = {
        "number": bridge.number, "period": bridge.period, "definition": bridge.definition
    }  # fmt: skip
    items = with_dimensions(of_bridge(sheet.items, row), values)
    return TakenBridge(bridge, caption, of_bridge(sheet.steps, row), items)


def taken_between(day: Day, found: Between, most_items: int = 12) -> TakenBridge:
    """A bridge between any two lenses with everything that is taken away with it."""
    items = with_dimensions(found.items, dimension_values(day, found.number))
    view = between_view(day.map, found, most_items=most_items)
    return TakenBridge(view, f"From {found.opening} to {found.closing}, as of {day.as_of}.", found.steps, items)
