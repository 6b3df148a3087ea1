"""Bridges as Markdown, for a wiki or a ticket."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from revrecon.findings import CATEGORIES
from revrecon.reports.bridges.apart import MoversView, breakdown_view, movers_view
from revrecon.reports.bridges.taken import TakenBridge
from revrecon.reports.formats import count, money
from revrecon.reports.titles import CANONICAL
from revrecon.tickets.bodies.markdown import safe


def bridges_markdown(bridges: Sequence[TakenBridge], as_of: date) -> str:
    """A page with a section per bridge: its steps, its dimensions, and the records that move most."""
    lines = [f"# Bridges on {as_of}"]
    for bridge in bridges:
        lines += ["", *_bridge(bridge)]
    return "\n".join(lines) + "\n"


def _bridge(bridge: TakenBridge) -> Iterator[str]:
    view = bridge.view
    yield f"## {safe(view.title)}: from {safe(view.department)} to {safe(view.closing_title)}"
    yield from ("", safe(bridge.caption), "")
    for one in view.agreed:
        yield from (f"> {safe(one)}", "")
    yield from _table(["Step", "Category", "Net", "Gross", "Records"], "llrrr", _steps(bridge))
    for name in bridge.dimensions:
        yield from ("", f"### By {safe(name.replace('_', ' '))}", "")
        heads = [name.replace("_", " "), "All", *(c.capitalize() for c in CATEGORIES), "Records"]
        yield from _table(heads, "lrrrrrr", _values(bridge, name))
    found = movers_view(bridge)
    yield from ("", "### The records that move most", "", found.sentence, "")
    yield from _table(["Record", "Why", "Own record", "Amount", "So far"], "lllrr", _movers(bridge, found))


def _movers(bridge: TakenBridge, found: MoversView) -> Iterator[list[str]]:
    for one in found.shown:
        words = [safe(one.label), safe(one.causes), safe(one.records)]
        yield [*words, _money(bridge, one.amount), f"{100 * one.running:.0f} %"]


def _steps(bridge: TakenBridge) -> Iterator[list[str]]:
    view = bridge.view
    ends = view.closing_title if view.closing_title == CANONICAL else f"{view.closing_title} reports"
    yield [f"**{safe(view.department)} reports**", "", money(view.reported, view.unit, view.decimals), "", ""]
    for step in view.steps:
        gross = money(step.gross, view.unit, view.decimals)
        records = count(step.records) if step.records else ""
        yield [safe(step.title), step.category, _money(bridge, step.amount), gross, records]
    yield ["Residual", "", money(view.residual, view.unit, view.decimals), "", ""]
    yield [f"**{safe(ends)}**", "", money(view.closing, view.unit, view.decimals), "", ""]


def _values(bridge: TakenBridge, name: str) -> Iterator[list[str]]:
    found = breakdown_view(bridge, name)
    for value in (*found.values, found.total):
        amounts = [_money(bridge, amount) for amount in (value.amount, *value.by_category)]
        yield [safe(value.value), *amounts, count(value.records)]


def _money(bridge: TakenBridge, amount: Decimal) -> str:
    return money(amount, bridge.view.unit, bridge.view.decimals, signed=True)


def _table(heads: Sequence[str], sides: str, rows: Iterable[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "|".join("---:" if side == "r" else "---" for side in sides) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
