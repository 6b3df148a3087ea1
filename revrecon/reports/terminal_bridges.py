"""One bridge in a terminal: a table whose bars are a waterfall of letters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from revrecon.reports.bridge_views import BridgeView
from revrecon.reports.formats import count, money, plural
from revrecon.reports.number_views import NumberView
from revrecon.reports.titles import CANONICAL
from revrecon.reports.waterfall_geometry import Bar, Scale, bars_of, scale_of

CATEGORY_STYLES = {
    "unreproduced": "bright_red",
    "definition": "blue",
    "timing": "yellow",
    "hierarchy": "cyan",
    "quality": "magenta",
    "residual": "red",
}
_SHORTEST_BAR, _LONGEST_BAR = 10, 36
_ROOM_FOR_WORDS, _ROOM_FOR_GROSS = 88, 96


class _Amount(TypedDict):
    justify: JustifyMethod
    no_wrap: bool


AMOUNT: _Amount = {"justify": "right", "no_wrap": True}
"""How a column of figures is set."""


def plain_table(*columns: str, title: Text | None = None) -> Table:
    """A quiet table with a title on its left; its words are folded, never cut."""
    table = Table(
        title=title, title_justify="left", title_style="", box=SIMPLE_HEAD, header_style="dim", show_edge=False
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def the_bridges(view: NumberView) -> list[BridgeView]:
    """The bridges of a number, in the order of its figures."""
    return [figure.bridge for figure in view.figures if figure.bridge]


def show_bridge(console: Console, bridge: BridgeView, items: int) -> None:
    """Put one bridge on a console, and so many of its largest records."""
    console.print(bridge_table(bridge))
    if bridge.provisional:
        console.print(Text(f"Provisional: {bridge.provisional}.", style="yellow"))
    for one in bridge.agreed:
        console.print(Text(one, style="cyan"))
    console.print("")
    if items and bridge.items:
        console.print(items_table(bridge, items), "")


@dataclass(frozen=True)
class BridgeTable:
    """A bridge whose bars are as long as the console has room; figures are never cut."""

    bridge: BridgeView

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        letters = min(max(options.max_width - _ROOM_FOR_WORDS, _SHORTEST_BAR), _LONGEST_BAR)
        yield _table(self.bridge, letters, with_gross=options.max_width >= _ROOM_FOR_GROSS)


def bridge_table(bridge: BridgeView) -> RenderableType:
    """From the reported figure down to the closing one, each step with its bar, net, gross and records."""
    return BridgeTable(bridge)


def _table(bridge: BridgeView, letters: int, with_gross: bool) -> Table:
    title = Text(f"{bridge.title}: from {bridge.department} to {bridge.closing_title}", style="bold")
    table = plain_table("Step", "", title=title)
    for name in ("Net", "Records", "Gross") if with_gross else ("Net", "Records"):
        table.add_column(name, **AMOUNT)
    for words, bar, *cells in _rows(bridge, letters):
        table.add_row(words, bar, *cells[: 3 if with_gross else 2])
    return table


def _rows(bridge: BridgeView, letters: int) -> Iterator[tuple[Text, Text, str, str, str]]:
    bars, scale = _bars(bridge, letters)
    drawn = [_bar(bar, scale, letters) for bar in bars]
    yield Text(f"{bridge.department} reports", style="bold"), drawn[0], _full(bridge, bridge.reported), "", ""
    for step, bar in zip(bridge.steps, drawn[1:], strict=False):
        words = Text(step.title).append(f"  {step.category}", style=CATEGORY_STYLES.get(step.category, ""))
        net = money(step.amount, bridge.unit, bridge.decimals, signed=True)
        yield words, bar, net, count(step.records) if step.records else "", _full(bridge, step.gross)
    left = Text("Residual", style="bold red" if bridge.residual else "dim")
    yield left, drawn[-2] if bridge.residual else Text(""), _full(bridge, bridge.residual), "", ""
    closing = CANONICAL if bridge.closing_title == CANONICAL else f"{bridge.closing_title} reports"
    yield Text(closing, style="bold"), drawn[-1], _full(bridge, bridge.closing), "", ""


def items_table(bridge: BridgeView, most: int) -> RenderableType:
    """The records that move most."""
    shown = bridge.items[:most]
    rest = len(bridge.items) - len(shown) + bridge.more_items
    title = f"{plural(len(shown), 'record')} that move{'s' if len(shown) == 1 else ''} most"
    table = plain_table("Record", "Cause", "Own records", title=Text(title + (f", {rest:,} more" if rest else "")))
    table.add_column("Amount", **AMOUNT)
    for item in shown:
        cause = Text(item.cause, style=CATEGORY_STYLES.get(item.category, ""))
        amount = money(item.amount, bridge.unit, bridge.decimals, signed=True)
        table.add_row(Text(item.label), cause, Text(item.records, style="dim"), amount)
    return table


def _full(bridge: BridgeView, value: Decimal) -> str:
    return money(value, bridge.unit, bridge.decimals)


def _bars(bridge: BridgeView, letters: int) -> tuple[Sequence[Bar], Scale]:
    steps = [(step.title, step.amount, step.category) for step in bridge.steps]
    bars = bars_of((bridge.department, bridge.reported), steps, (bridge.closing_title, bridge.closing))
    return bars, scale_of(bars, 0, letters)


def _bar(bar: Bar, scale: Scale, letters: int) -> Text:
    """A bar of blocks; a light one takes away, and none is too small to be seen."""
    left, right = round(scale.x(bar.low)), round(scale.x(bar.high))
    left = min(left, letters - 1)
    letter = "░" if bar.category and bar.amount < 0 else "█"
    drawn = " " * left + letter * max(right - left, 1)
    style = CATEGORY_STYLES.get(bar.category, "") if bar.category else ""
    return Text(drawn.ljust(letters), style=style, no_wrap=True)
