"""Timing in a terminal: what must clear by when, and the track record."""

from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.reports.formats import count
from revrecon.reports.terminal_bridges import AMOUNT, plain_table
from revrecon.reports.timing_views import TimingView


def timing_tables(view: TimingView | None, most: int) -> RenderableType:
    """The headline, so many of the soonest expectations, and every copy's track record."""
    if view is None:
        return Text("Nothing is in transit, and nothing was.", style="green")
    return Group(Text(view.headline, style="bold"), "", _expected(view, most), "", _record(view))


def _expected(view: TimingView, most: int) -> RenderableType:
    if not view.expected:
        return Text("Nothing is in transit.", style="green")
    table = plain_table("Clears by", "Where", title=Text("Expected to clear", style="bold"))
    table.add_column("Differences", **AMOUNT)
    table.add_column("Net", **AMOUNT)
    table.add_column("Because", overflow="fold")
    for row in view.expected[:most]:
        where = Text(row.where).append(f"\n{row.what}", style="dim")
        basis = Text(row.basis)
        if row.usually:
            basis.append(f"\nusually by {row.usually}", style="dim")
        if row.overdue:
            basis.append(f"\n{row.overdue}", style="yellow")
        table.add_row(row.expected_on, where, count(row.differences), row.amount, basis)
    more = len(view.expected) - most
    rest = (
        [Text(f"and {count(more)} more; show them with --items {len(view.expected)}", style="dim")] if more > 0 else []
    )
    return Group(table, *rest)


def _record(view: TimingView) -> RenderableType:
    short, long = view.windows
    table = plain_table("Copy", title=Text(f"Timing claims of the last {short} days", style="bold"))
    for name in ("Claims", "True", "Late", "Never", f"{long} d", "Not true", "Usual lag", "Limit"):
        table.add_column(name, **AMOUNT)
    for row in view.records:
        counts = (count(row.claims), row.share, count(row.late), count(row.never), row.longer_share)
        table.add_row(Text(row.where), *counts, row.not_true, row.usual, row.limit)
    return table
