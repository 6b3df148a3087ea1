"""Figures and bridges of one number on one day, as the frames that leave this room."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.numbers.attribution import pieces_of
from revrecon.numbers.between import total
from revrecon.numbers.captions import caption
from revrecon.numbers.converting import left_out, world_of
from revrecon.numbers.frames import (
    BRIDGE_SCHEMA,
    FIGURE_SCHEMA,
    ITEM_SCHEMA,
    ORDER_MATTERS_SCHEMA,
    ORDER_SCHEMA,
    VALUE,
)
from revrecon.numbers.in_all_orders import bridge_in_all_orders
from revrecon.numbers.items import CATEGORY_ORDER, items_of, steps_of
from revrecon.numbers.lenses import canonical_lens, own_lens
from revrecon.numbers.moments import Period, periods
from revrecon.numbers.orders import TooLarge
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.walk import Walk, walk
from revrecon.numbers.worlds import WorldOn


@dataclass(frozen=True)
class NumberResult:
    """One number on one day: figures, bridges, their steps, their items, what could not be worked out and why, and the
    bridges whatever the order of their steps."""

    figures: pl.DataFrame
    bridges: pl.DataFrame
    steps: pl.DataFrame
    items: pl.DataFrame
    not_run: tuple[str, ...]
    orders: pl.DataFrame
    order_matters: pl.DataFrame


def number_result(
    entity_map: EntityMap, number_name: str, as_of: date, world_on: WorldOn, stale: str = ""
) -> NumberResult:
    """Every figure of a number and every bridge from a department's to the closing one, for each of its periods.

    A definition that looks at a day or a copy of which nothing is known is left out and named in `not_run`, and so are
    records whose amounts have no exchange rate.
    """
    number = entity_map.numbers[number_name]
    figures, bridges, items, not_run, whatever = [], [], [], [], []
    for period in periods(number, as_of, entity_map.company):
        for name in number.definitions:
            try:
                figures.append(_figure(entity_map, number_name, name, as_of, period, world_on, stale))
                not_run += _left_out(entity_map, number_name, name, as_of, period, world_on)
            except NotKnown as reason:
                not_run.append(f"{number_name}.{name} {period.name}".strip() + f" was not run: {reason}")
        for name in number.definitions:
            if name == number.canonical:
                continue
            try:
                taken = walk(entity_map, number_name, name, as_of, period, world_on)
                back = _walk_back(entity_map, number_name, as_of, period, world_on)
            except NotKnown:
                continue
            bridge, found = _bridge(entity_map, taken, back)
            bridges.append(bridge)
            items.append(found)
            try:
                whatever.append(bridge_in_all_orders(entity_map, taken, back))
            except (NotKnown, TooLarge) as reason:
                not_run.append(f"{number_name}.{name} {period.name}".strip() + f" in every order was not run: {reason}")
    all_items = pl.concat([pl.DataFrame(schema=ITEM_SCHEMA), *items])
    return NumberResult(
        figures=pl.DataFrame(figures, schema=FIGURE_SCHEMA),
        bridges=pl.DataFrame(bridges, schema=BRIDGE_SCHEMA),
        steps=steps_of(all_items),
        items=all_items,
        not_run=tuple(dict.fromkeys(not_run)),
        orders=pl.concat([pl.DataFrame(schema=ORDER_SCHEMA), *(one.bars for one in whatever)]),
        order_matters=pl.concat([pl.DataFrame(schema=ORDER_MATTERS_SCHEMA), *(one.matters for one in whatever)]),
    )


def _figure(
    entity_map: EntityMap, number_name: str, name: str, as_of: date, period: Period, world_on: WorldOn, stale: str
) -> dict[str, object]:
    number = entity_map.numbers[number_name]
    definition = number.definitions[name]
    world = world_of(entity_map, definition, as_of, world_on)
    canonical = name == number.canonical
    lens = (canonical_lens if canonical else own_lens)(entity_map, world, definition, period)
    value = total(lens)
    return {
        "number": number_name, "period": period.name, "definition": name, "version": definition.version,
        "department": definition.department, "canonical": canonical, "unit": number.unit, "as_of": world.as_of,
        "value": value, "records": lens["records"].list.len().sum(),
        "caption": caption(entity_map, number_name, name, period.name, value, world), "stale": stale,
    }  # fmt: skip


def _left_out(
    entity_map: EntityMap, number_name: str, name: str, as_of: date, period: Period, world_on: WorldOn
) -> list[str]:
    """What a figure does not hold because its amounts have no rate, in sentences."""
    number = entity_map.numbers[number_name]
    definition, canonical = number.definitions[name], name == number.canonical
    world = world_of(entity_map, definition, as_of, world_on)
    told = left_out(entity_map, definition, canonical, world, period)
    return [f"{number_name}.{name} {period.name}".strip() + f": {sentence}" for sentence in told]


def _walk_back(entity_map: EntityMap, number_name: str, as_of: date, period: Period, world_on: WorldOn) -> Walk | None:
    """The closing department's walk, where the map names one at whose figure bridges end."""
    closing = entity_map.numbers[number_name].closing
    return walk(entity_map, number_name, closing, as_of, period, world_on) if closing is not None else None


def _bridge(entity_map: EntityMap, taken: Walk, back: Walk | None) -> tuple[dict[str, object], pl.DataFrame]:
    number = entity_map.numbers[taken.number]
    pieces = pieces_of(entity_map, taken)
    closing, closing_name = total(taken.canonical), number.canonical
    if back is not None:
        closing, closing_name = total(back.reported), back.definition
        turned = pieces_of(entity_map, back).with_columns((-pl.col("amount")).cast(VALUE).alias("amount"))
        pieces = pl.concat([pieces, turned]) if taken.definition != back.definition else pieces.clear()
    items = items_of(entity_map, taken, taken.definition, pieces)
    reported = total(taken.reported)
    sums = {c: total(items.filter(pl.col("category") == c), "amount") for c in CATEGORY_ORDER}
    return {
        "number": taken.number, "period": taken.period.name, "definition": taken.definition,
        "department": taken.ends.mine.department, "unit": number.unit, "reported": reported,
        **{f"{category}_step": amount for category, amount in sums.items()},
        "residual": reported - closing - sum(sums.values(), Decimal()),
        "closing": closing, "closing_definition": closing_name,
    }, items  # fmt: skip
