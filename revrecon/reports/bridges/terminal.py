"""A bridge taken apart, in a terminal."""

from decimal import Decimal

from rich.table import Table
from rich.text import Text

from revrecon.findings import CATEGORIES
from revrecon.reports.bridge_views import BridgeView
from revrecon.reports.bridges.apart import BreakdownView, MoversView, ValueView
from revrecon.reports.formats import compact, count, money
from revrecon.reports.terminal_bridges import AMOUNT, CATEGORY_STYLES, plain_table


def breakdown_table(bridge: BridgeView, found: BreakdownView, only: str = "") -> Table:
    """One dimension; a category in which nothing moves gets no column. `only`: what the records were narrowed to."""
    moved = [at for at, amount in enumerate(found.total.by_category) if any(v.by_category[at] for v in found.values)]
    title = f"{_title(bridge, only)}, by {found.dimension.replace('_', ' ')}"
    table = plain_table(found.dimension.replace("_", " "), title=Text(title, style="bold"))
    table.add_column("Net", **AMOUNT)
    for at in moved if len(moved) > 1 else []:
        table.add_column(Text(CATEGORIES[at].capitalize(), style=CATEGORY_STYLES[CATEGORIES[at]]), **AMOUNT)
    table.add_column("Records", **AMOUNT)
    rows = [*found.values, found.total]
    for value in rows:
        style = "bold" if value is found.total else ""
        table.add_row(*_row(bridge, value, moved if len(moved) > 1 else []), style=style)
    return table


def _row(bridge: BridgeView, value: ValueView, moved: list[int]) -> list[str | Text]:
    apart = [_short(bridge, value.by_category[at]) for at in moved]
    net = money(value.amount, bridge.unit, bridge.decimals, signed=True) if not moved else _short(bridge, value.amount)
    return [Text(value.value), net, *apart, count(value.records)]


def _short(bridge: BridgeView, amount: Decimal) -> str:
    return compact(amount, bridge.unit, signed=True) if amount else "–"


def movers_table(bridge: BridgeView, found: MoversView, only: str = "") -> Table:
    """The records that move most, with how much of all they make so far."""
    table = plain_table("Record", "Why", "Own record", title=Text(_title(bridge, only), style="bold"))
    table.add_column("Amount", **AMOUNT)
    table.add_column("So far", **AMOUNT)
    for one in found.shown:
        amount = money(one.amount, bridge.unit, bridge.decimals, signed=True)
        why = Text(one.causes, style=CATEGORY_STYLES.get(one.category, ""))
        table.add_row(Text(one.label), why, Text(one.records, style="dim"), amount, f"{100 * one.running:.0f} %")
    table.caption, table.caption_justify = found.sentence, "left"
    return table


def _title(bridge: BridgeView, only: str) -> str:
    narrowed = f", {only.rpartition('.')[2].replace('_', ' ')} only" if only else ""
    return f"{bridge.title}: from {bridge.department} to {bridge.closing_title}{narrowed}"
