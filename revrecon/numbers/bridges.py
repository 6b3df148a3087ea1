"""Figures and bridges of one number on one day, as the frames that leave this room."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.canonical.world import World, end_of
from revrecon.entity_map.model import EntityMap
from revrecon.findings import CATEGORY_ORDER
from revrecon.numbers.between import total
from revrecon.numbers.captions import caption
from revrecon.numbers.frames import (
    BRIDGE_SCHEMA,
    FIGURE_SCHEMA,
    ITEM_SCHEMA,
    ORDER_MATTERS_SCHEMA,
    ORDER_SCHEMA,
)
from revrecon.numbers.in_all_orders import labelled_orders
from revrecon.numbers.items import labelled_items, steps_of
from revrecon.numbers.moments import moment_of, periods
from revrecon.numbers.orders import Orders, TooLarge, orders_of
from revrecon.numbers.shares import PLACE, NotRun, NumberShare, share_of
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
    share = share_of(entity_map, number_name, as_of, world_on)
    return result_of_share(entity_map, number_name, as_of, share, stale)


def result_of_share(
    entity_map: EntityMap, number_name: str, as_of: date, share: NumberShare, stale: str = ""
) -> NumberResult:
    """The same from the share of all records."""
    bridges, items, whatever, too_large = [], [], [], list[NotRun]()
    for ends in share.bridges.iter_rows(named=True):
        place = (str(ends["period"]), str(ends["definition"]))
        found = _items(entity_map, number_name, place, share)
        bridges.append(_bridge(entity_map, number_name, ends, found))
        items.append(found)
        try:
            orders = _orders(entity_map, number_name, place, share)
            whatever += [] if orders is None else [orders]
        except TooLarge as reason:
            title = f"{number_name}.{place[1]} {place[0]}".strip()
            too_large.append(NotRun(*place, True, f"{title} in every order was not run: {reason}"))
    all_items = pl.concat([pl.DataFrame(schema=ITEM_SCHEMA), *items])
    figures = [_figure(entity_map, number_name, row, as_of, stale) for row in share.figures.iter_rows(named=True)]
    return NumberResult(
        figures=pl.DataFrame(figures, schema=FIGURE_SCHEMA),
        bridges=pl.DataFrame(bridges, schema=BRIDGE_SCHEMA),
        steps=steps_of(all_items),
        items=all_items,
        not_run=_in_order(entity_map, number_name, as_of, [*share.not_run, *too_large]),
        orders=pl.concat([pl.DataFrame(schema=ORDER_SCHEMA), *(one.bars for one in whatever)]),
        order_matters=pl.concat([pl.DataFrame(schema=ORDER_MATTERS_SCHEMA), *(one.matters for one in whatever)]),
    )


def _in_order(entity_map: EntityMap, number_name: str, as_of: date, told: list[NotRun]) -> tuple[str, ...]:
    """Sentences by period, figures before orders, then by the map's definitions; each once."""
    number = entity_map.numbers[number_name]
    when = {period.name: n for n, period in enumerate(periods(number, as_of, entity_map.company))}
    which = {name: n for n, name in enumerate(number.definitions)}
    ranked = sorted(told, key=lambda one: (when[one.period], one.in_every_order, which[one.definition]))
    return tuple(dict.fromkeys(one.sentence for one in ranked))


def _figure(
    entity_map: EntityMap, number_name: str, row: dict[str, object], as_of: date, stale: str
) -> dict[str, object]:
    number, name, period = entity_map.numbers[number_name], str(row["definition"]), str(row["period"])
    definition, value = number.definitions[name], Decimal(str(row["value"]))
    day = moment_of(definition.as_of, as_of, entity_map.company)
    seen = World(day, end_of(day, entity_map.company.zone), {})
    return {
        "number": number_name, "period": period, "definition": name, "version": definition.version,
        "department": definition.department, "canonical": name == number.canonical, "unit": number.unit, "as_of": day,
        "value": value, "records": row["records"],
        "caption": caption(entity_map, number_name, name, period, value, seen), "stale": stale,
    }  # fmt: skip


def _bridge(entity_map: EntityMap, number_name: str, ends: dict[str, object], items: pl.DataFrame) -> dict[str, object]:
    number, name = entity_map.numbers[number_name], str(ends["definition"])
    reported, closing = Decimal(str(ends["reported"])), Decimal(str(ends["closing"]))
    sums = {c: total(items.filter(pl.col("category") == c), "amount") for c in CATEGORY_ORDER}
    return {
        "number": number_name, "period": ends["period"], "definition": name,
        "department": number.definitions[name].department, "unit": number.unit, "reported": reported,
        **{f"{category}_step": amount for category, amount in sums.items()},
        "residual": reported - closing - sum(sums.values(), Decimal()),
        "closing": closing, "closing_definition": number.closing or number.canonical,
    }  # fmt: skip


def _items(entity_map: EntityMap, number_name: str, place: tuple[str, str], share: NumberShare) -> pl.DataFrame:
    mine = entity_map.numbers[number_name].definitions[place[1]]
    pieces, called = _at(share.pieces, place), _called(share, place[1])
    return labelled_items(entity_map, (number_name, *place), mine, pieces, called)


def _orders(entity_map: EntityMap, number_name: str, place: tuple[str, str], share: NumberShare) -> Orders | None:
    """The bridge whatever the order of its steps; None where a lens sees nothing known. Raises TooLarge."""
    sizes = _at(share.magnitudes, place)
    if sizes.is_empty():
        return None
    found = orders_of(_at(share.lenses, place), entity_map.numbers[number_name].decimals, sizes)
    return labelled_orders(found, (number_name, place[1], place[0]), _called(share, place[1]))


def _at(frame: pl.DataFrame, place: tuple[str, str]) -> pl.DataFrame:
    return frame.filter(pl.col("period") == place[0], pl.col("definition") == place[1]).drop(*PLACE)


def _called(share: NumberShare, definition: str) -> pl.DataFrame:
    return share.labels.filter(pl.col("definition") == definition).select("unit_id", "label")
