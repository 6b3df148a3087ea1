"""The day in a terminal: rich renderables, and what puts them on a console that is handed in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from shlex import quote

import polars as pl
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from revrecon.findings import CATEGORIES
from revrecon.reports.bridge_views import BridgeView, bridges_asked
from revrecon.reports.daily import DailySheet
from revrecon.reports.drift_views import troubles
from revrecon.reports.finding_views import worst_findings
from revrecon.reports.formats import compact, count, money, plural
from revrecon.reports.headline import headline
from revrecon.reports.heads import UNREPRODUCED
from revrecon.reports.number_views import NumberView, number_views
from revrecon.reports.palette import VERDICT_STYLES
from revrecon.reports.terminal_bridges import AMOUNT, plain_table, show_bridge, the_bridges
from revrecon.reports.tie_out_views import tie_out_table
from revrecon.tickets.model import Ticket

_WIDEST = 400
_NARROWEST_NAME, _NARROWEST_CHECK = 10, 28


@dataclass(frozen=True)
class FiguresTable:
    """One number's figures, exact where the console is wide enough, else rounded; never cut."""

    view: NumberView

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        first = (UNREPRODUCED,) if self.view.has_unreproduced else ()
        exact = _figures(self.view, ("Department", "Reports", f"To {self.view.closing}"), money, (*first, *CATEGORIES))
        fits = Measurement.get(console, options.update(width=_WIDEST), exact).maximum <= options.max_width
        yield exact if fits else _figures(self.view, ("Who", "Reports", "Gap"), _rounded, (*first, *_moving(self.view)))
        captions = [figure.caption for figure in self.view.figures]
        if self.view.canonical is None:
            captions.insert(0, "The canonical figure could not be worked out.")
        for caption in captions:
            yield Padding(Text(caption, style="dim"), (0, 0, 0, 1))


def figures_table(view: NumberView) -> RenderableType:
    """One number: every department's figure, its difference to where the bridges end, and what that is made of."""
    return FiguresTable(view)


def _rounded(value: Decimal, unit: str, decimals: int, signed: bool) -> str:
    return compact(value, unit, signed)


def _moving(view: NumberView) -> list[str]:
    """The categories that move any of a number's figures."""
    moved = {name for figure in view.figures if figure.bridge for name, amount in figure.bridge.by_category if amount}
    return [category for category in CATEGORIES if category in moved]


def _figures(
    view: NumberView,
    heads: tuple[str, str, str],
    written: Callable[[Decimal, str, int, bool], str],
    categories: Sequence[str],
) -> Table:
    table = plain_table(title=Text(view.title, style="bold"))
    table.add_column(heads[0], overflow="fold", min_width=_NARROWEST_NAME)
    short = {UNREPRODUCED: "Untied"} if written is _rounded else {}
    for name in (*heads[1:], *(short.get(category, category.capitalize()) for category in categories)):
        table.add_column(Text(name), **AMOUNT)
    for figure in view.figures:
        style = "bold" if figure.is_canonical else ""
        amounts = _amounts(figure.bridge, categories) if figure.bridge else []
        cells = [written(amount, view.unit, view.decimals, True) for amount in amounts]
        table.add_row(Text(figure.title), written(figure.said, view.unit, view.decimals, False), *cells, style=style)
    return table


def _amounts(bridge: BridgeView, categories: Sequence[str]) -> list[Decimal]:
    moved = {UNREPRODUCED: bridge.unreproduced, **dict(bridge.by_category)}
    return [bridge.reported - bridge.closing, *(moved[category] for category in categories)]


def verdicts_table(sheet: DailySheet) -> RenderableType:
    """Every check of a copy that did not pass, worst first."""
    rows = list(troubles(sheet))
    if not rows:
        return Text("Every check of every copy passes.", style="green")
    table = plain_table("Verdict", title=Text("Checks that did not pass", style="bold"))
    table.add_column("Check", overflow="fold", min_width=_NARROWEST_CHECK)
    table.add_column("Records", **AMOUNT)
    table.add_column("Share", **AMOUNT)
    table.add_column("Gross", **AMOUNT)
    table.add_column("Owner", overflow="fold")
    for row in rows:
        verdict = Text(f" {row.words} ", style=VERDICT_STYLES.get(row.verdict, ""))
        check = Text(f"{row.entity} in {row.copy}: {row.cause_title.lower()}")
        table.add_row(verdict, check, count(row.records), row.share, row.gross, Text(row.owner))
    return table


def findings_table(sheet: DailySheet, most: int = 25) -> RenderableType:
    """The worst findings by cause, the largest of each first."""
    found = worst_findings(sheet, most)
    if not found.causes:
        return Text("No findings.", style="green")
    title = f"Worst findings, {found.shown:,} of {found.total:,}"
    table = plain_table("Finding", "What", title=Text(title, style="bold"))
    table.add_column("Amount", **AMOUNT)
    table.add_column("Since", no_wrap=True)
    for cause in found.causes:
        for row in cause.worst:
            what = Text(f"{cause.title}: {row.field}".removesuffix(": ")).append(f", {row.where}\n")
            table.add_row(Text(row.signature[:8]), what.append(row.record, style="dim"), row.amount, row.since)
    return table


def tickets_table(tickets: Sequence[Ticket]) -> RenderableType:
    """Live tickets as they come, worst first."""
    if not tickets:
        return Text("No live tickets: no copy is in breach.", style="green")
    table = plain_table("Ticket", "What", "Owner", title=Text("Live tickets", style="bold"))
    for name in ("Opened", "Age", "State"):
        table.add_column(name, no_wrap=True)
    for ticket in tickets:
        what = Text(ticket.title).append(f"\n{ticket.measure}", style="dim")
        words = (str(ticket.opened_on), str(ticket.ageing), str(ticket.state))
        table.add_row(Text(ticket.id, style="bold"), what, Text(ticket.assignee_name), *(Text(word) for word in words))
    return table


def notices(sheet: DailySheet) -> Iterator[RenderableType]:
    """What a reader must know before any figure: stale systems, figures not worked out, rows set aside."""
    for told in sheet.stale:
        yield Text(f"Stale: {told}. Its last state is used.", style="yellow")
    if sheet.map_note:
        yield Text(sheet.map_note, style="yellow")
    for one in sheet.restated:
        changed = money(one.difference, one.unit, signed=True) if one.now is not None else "is no longer reported"
        yield Text(f"Restated: {one.name} as of {one.as_of}, {money(one.then, one.unit)} {changed}.", style="yellow")
    for reason in sheet.not_run:
        yield Text(f"Not worked out: {reason}", style="yellow")
    for name, rows in sheet.quarantined:
        yield Text(f"Set aside as unreadable: {plural(rows, 'row')} of {name}.", style="yellow")


def day_summary(sheet: DailySheet) -> RenderableType:
    """What disagrees today, in a few lines."""
    told = headline(sheet, number_views(sheet))
    lines = [Text(told.summary, style="bold")]
    lines += [Text(f"{title}: ", style="bold").append(sentence, style="not bold") for title, sentence in told.numbers]
    title = Text(f"{sheet.map.company.name}, {sheet.as_of}, map {sheet.map.map.version}")
    return Panel(
        Group(*lines, Text(told.copies), *notices(sheet)), title=title, title_align="left", border_style="blue"
    )


def show_day(console: Console, sheet: DailySheet, bridges: bool = False, findings: int = 0) -> None:
    """Put a whole day on a console: summary, figures, checks and tickets.

    With `bridges` each number's bridges too, with `findings` so many of the worst findings.
    """
    console.print(day_summary(sheet))
    if sheet.tie_outs.height:
        console.print(tie_out_table(sheet.map, sheet.tie_outs), "")
    for view in number_views(sheet):
        console.print(figures_table(view), "")
        if bridges:
            for bridge in the_bridges(view):
                show_bridge(console, bridge, items=0)
    console.print(verdicts_table(sheet), "")
    if findings:
        console.print(findings_table(sheet, findings), "")
    console.print(tickets_table(sheet.tickets))


def show_bridges(
    console: Console,
    sheet: DailySheet,
    number: str,
    department: str | None = None,
    period: str | None = None,
    items: int = 10,
) -> None:
    """Put a number's bridges on a console, or those of one department's definition and one period.

    `department` is a department or a definition of the map. Raises NoSuchBridge when nothing fits.
    """
    views = [view for view in number_views(sheet) if view.number == number]
    every = [bridge for view in views for bridge in the_bridges(view)]
    wanted = bridges_asked(number, sheet.as_of, every, department, period)
    mine = sheet.tie_outs.filter(pl.col("number") == number)
    if mine.height:
        console.print(tie_out_table(sheet.map, mine), "")
    for view in views:
        if period in (None, view.period):
            console.print(figures_table(view), "")
    for bridge in wanted:
        show_bridge(console, bridge, items)


def next_steps(report: Path, map_path: Path, home: Path, bridge: tuple[str, str] | None = None) -> RenderableType:
    """What to look at after a run; `bridge` is a number and a definition that is worth a look."""
    given = f" --map {quote(str(map_path))}" if map_path != Path("entity_map.yaml") else ""
    given += f" --home {quote(str(home))}" if home != Path(".revrecon") else ""
    steps = [("Read the report", str(report))]
    steps += [("See one bridge", f"revrecon bridge {bridge[0]} --from {bridge[1]}{given}")] if bridge else []
    steps += [("See the tickets", f"revrecon tickets{given}"), ("Open Dagster", f"revrecon ui{given}")]
    table = Table.grid(padding=(0, 2))
    for what, command in steps:
        table.add_row(Text(what, style="bold"), Text(command, overflow="fold"))
    return Panel(table, title="What next", title_align="left", border_style="green")
