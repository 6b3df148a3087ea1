"""Commands that look at bridges: a department's, one between any two lenses, and where every row ended."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from revrecon.cli.bridges_apart import Apart, known_cause, show_apart
from revrecon.cli.consoles import out
from revrecon.cli.openings import over_a_day
from revrecon.cli.options import A_DAY
from revrecon.daily.between import bridges_between
from revrecon.daily.breakdowns import known_dimension, taken_between, taken_bridges
from revrecon.daily.day import Day
from revrecon.daily.names import known_definitions, known_number
from revrecon.daily.outcomes import sheet_of
from revrecon.daily.steps import make_accounting
from revrecon.numbers.between import Between
from revrecon.numbers.versions import NoSuchLens
from revrecon.reports import terminal
from revrecon.reports.between_views import between_view
from revrecon.reports.bridge_views import bridges_asked
from revrecon.reports.ratio_views import ratio_views
from revrecon.reports.terminal_accounting import accounting_table
from revrecon.reports.terminal_bridges import show_bridge
from revrecon.reports.terminal_orders import orders_tables


@over_a_day
def bridge(
    day: Day,
    number: Annotated[str, typer.Argument(help="A number or a ratio of the map, such as pipeline.")],
    department: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="A department or definition; sales@1 is an earlier version, finance:tree is "
            "finance's under the canonical tree (data, tree, as_of, definition).",
        ),
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="Another lens to end at, named like --from.")] = None,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=A_DAY, help="Bridge back to this earlier day.")
    ] = None,
    period: Annotated[str | None, typer.Option(help="Only this period, such as 2026Q3.")] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Take it apart by a dimension of the map, such as account or month.")
    ] = None,
    top: Annotated[
        int, typer.Option("--top", help="Show so many of the records that move most, and what they make.")
    ] = 0,
    of: Annotated[
        str | None, typer.Option("--of", help="Only records of a category or cause: quality, timing.in_transit.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="Write to a file: .xlsx (its formulas foot), .csv, .md or .svg.")
    ] = None,
    items: Annotated[int, typer.Option(help="How many reconciling items to show per bridge.")] = 10,
) -> None:
    """Show why departments disagree about one number, down to the records, and what it is whatever the order."""
    if number in day.map.ratios:
        _show_ratio(day, number, department, period, items)
        return
    name = known_number(day.map, number)
    apart = Apart(known_dimension(day, name, by) if by else None, top, known_cause(of) if of else None, save)
    if to or since or (department and set("@:") & set(department)):
        found = _between(day, name, department, to, since.date() if since else None, period)
        if apart.asked:
            show_apart(day, [taken_between(day, one, max(items, 1)) for one in found], apart)
            return
        for one in found:
            _show_one(day, one, items)
        return
    sheet = sheet_of(day)
    terminal.show_bridges(out, sheet, name, department, period, 0 if apart.asked else items)
    if apart.asked:
        show_apart(day, taken_bridges(day, sheet, name, department, period), apart)
    else:
        _show_orders(day, name, department, period)


def _show_ratio(day: Day, name: str, department: str | None, period: str | None, items: int) -> None:
    result = day.ratio(name)
    views = ratio_views(day.map, result.bridges, result.steps, result.items, max(items, 1))
    for view in bridges_asked(name, day.as_of, views, department, period):
        show_bridge(out, view, items)
    for note in result.not_run:
        out.print(note, style="yellow")


def _show_orders(day: Day, number: str, department: str | None, period: str | None) -> None:
    orders = day.tables.read("bridge_orders", number, day.as_of)
    if department is not None:
        orders = orders.filter(pl.col("definition").is_in(known_definitions(day.map, department, number)))
    if period is not None:
        orders = orders.filter(pl.col("period") == period)
    out.print(*orders_tables(day.map, orders))


def _between(
    day: Day, number: str, opening: str | None, closing: str | None, since: date | None, period: str | None
) -> list[Between]:
    if opening is None and closing is not None:
        raise NoSuchLens("A bridge needs both ends: name the lens that it starts from with --from.")
    start = opening or day.map.numbers[number].canonical
    return bridges_between(day, number, start, closing, since, period)


def _show_one(day: Day, found: Between, items: int) -> None:
    show_bridge(out, between_view(day.map, found, most_items=max(items, 1)), items)
    if found.orders is not None:
        out.print(*orders_tables(day.map, found.orders.bars))


@over_a_day
def accounting(
    day: Day,
) -> None:
    """Show where every row of every copy ended: matched, only here, only there, excluded, or without a key."""
    out.print(accounting_table(make_accounting(day)))
