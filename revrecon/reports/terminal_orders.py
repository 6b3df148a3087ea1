"""What a bridge is whatever the order of its steps, in a terminal."""

from decimal import Decimal

import polars as pl
from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.entity_map.model import EntityMap
from revrecon.reports.formats import money, plural
from revrecon.reports.terminal_bridges import AMOUNT, plain_table


def orders_tables(entity_map: EntityMap, orders: pl.DataFrame) -> list[RenderableType]:
    """One small table per bridge of a frame of orders (`numbers.frames.ORDER_SCHEMA`), in the frame's order."""
    keys = ("number", "definition", "period")
    bridges = orders.select(keys).unique(maintain_order=True)
    return [orders_table(entity_map, orders.filter(*(pl.col(k) == row[k] for k in keys)))
            for row in bridges.iter_rows(named=True)]  # fmt: skip


def orders_table(entity_map: EntityMap, bars: pl.DataFrame) -> RenderableType:
    """One bridge: its bars in the declared order, their order-free shares, and the least and most of any order."""
    first = bars.row(0, named=True)
    number = entity_map.numbers[first["number"]]
    title = " ".join(part for part in (number.title, first["period"]) if part)
    table = plain_table("Step", title=Text(f"{title}, {first['definition']}: whatever the order", style="bold"))
    for name in ("In order", "Order-free", "Least", "Most"):
        table.add_column(name, **AMOUNT)
    for row in bars.iter_rows(named=True):
        amounts = [_written(row[c], number.unit, number.decimals) for c in ("in_order", "shapley", "low", "high")]
        table.add_row(Text(row["category"].capitalize()), *amounts)
    return Group(table, Text(_concerns(first["records"]), style="dim"), "")


def _written(value: Decimal, unit: str, decimals: int) -> str:
    whole = value == value.to_integral_value()
    return money(value, unit, decimals if whole else max(decimals, 2), signed=True)


def _concerns(records: int) -> str:
    if not records:
        return "The order of the steps matters for no record."
    return (
        f"The order of the steps matters for {plural(records, 'record')}; an order-free share is the average of all 24."
    )
