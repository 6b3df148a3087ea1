"""One page per number: every bridge as a picture, opened into causes and records, taken apart, whatever the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from markupsafe import Markup

from revrecon.findings import CATEGORIES
from revrecon.reports.bridge_views import ItemView, StepView, item_views
from revrecon.reports.bridges.apart import BreakdownView, MoversView, breakdown_view, movers_view
from revrecon.reports.bridges.files import bridge_svg
from revrecon.reports.bridges.taken import TakenBridge
from revrecon.reports.daily import DailySheet
from revrecon.reports.environment import pages
from revrecon.reports.formats import long_day
from revrecon.reports.palette import CATEGORY_COLOURS
from revrecon.reports.titles import cause_text, step_title

_ITEMS_SHOWN = 25


@dataclass(frozen=True)
class OpenedStep:
    """One cause of a bridge, and its largest records."""

    step: StepView
    items: tuple[ItemView, ...]
    more: int


@dataclass(frozen=True)
class OrderRow:
    """One category whatever the order of the steps: in the declared order, order-free, and the range over all."""

    category: str
    in_order: Decimal
    shapley: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class BridgeChapter:
    """One bridge on the page of its number."""

    bridge: TakenBridge
    picture: Markup
    steps: tuple[OpenedStep, ...]
    breakdowns: tuple[BreakdownView, ...]
    movers: MoversView
    orders: tuple[OrderRow, ...]
    order_matters_in: int


def number_page(sheet: DailySheet, number: str, bridges: Sequence[TakenBridge], orders: pl.DataFrame) -> str:
    """The page of a number (HTML that needs nothing beside it); `orders` are its bridges' bars (ORDER_SCHEMA)."""
    known = sheet.map.numbers[number]
    return pages().get_template("number.html.j2").render(
        sheet=sheet,
        company=sheet.map.company,
        version=sheet.map.map.version,
        day=long_day(sheet.as_of),
        number=known,
        owner=sheet.map.people[known.owner].name,
        chapters=[_chapter(bridge, orders) for bridge in bridges],
        categories=CATEGORIES,
        colours=CATEGORY_COLOURS,
    )  # fmt: skip


def _chapter(bridge: TakenBridge, orders: pl.DataFrame) -> BridgeChapter:
    mine = orders.filter(pl.col("definition") == bridge.view.definition, pl.col("period") == bridge.view.period)
    return BridgeChapter(
        bridge=bridge,
        picture=Markup(bridge_svg(bridge)),  # its text is escaped where it is drawn
        steps=(
            *(OpenedStep(step, (), 0) for step in bridge.view.head),
            *(_opened(bridge, row) for row in bridge.steps.sort("position").iter_rows(named=True)),
        ),
        breakdowns=tuple(breakdown_view(bridge, name) for name in bridge.dimensions),
        movers=movers_view(bridge),
        orders=tuple(_order(row) for row in mine.iter_rows(named=True)),
        order_matters_in=int(mine.select(pl.col("records").max().fill_null(0)).item()),
    )


def _opened(bridge: TakenBridge, row: dict[str, object]) -> OpenedStep:
    cause, detail = str(row["cause"]), row["detail"]
    items = bridge.items.filter(pl.col("cause") == cause, pl.col("detail").eq_missing(pl.lit(detail, dtype=pl.String)))
    amounts = [Decimal(str(row[name])) for name in ("amount", "gross")]
    title, told = step_title(cause, str(detail or "")), cause_text(cause)
    step = StepView(str(row["category"]), title, told, amounts[0], amounts[1], int(str(row["records"])))
    return OpenedStep(step, tuple(item_views(items, _ITEMS_SHOWN)), max(items.height - _ITEMS_SHOWN, 0))


def _order(row: dict[str, object]) -> OrderRow:
    amounts = [Decimal(str(row[name])) for name in ("in_order", "shapley", "low", "high")]
    return OrderRow(str(row["category"]), *amounts)
