"""Published figures in a terminal: the list, whether they hold, and what became of them."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from revrecon.reports.formats import money, plural
from revrecon.reports.terminal_bridges import AMOUNT, plain_table
from revrecon.tickets.figure_model import PublishedFigure
from revrecon.tickets.restatement import Restatement

_RECORDS = 12


def figures_table(figures: Sequence[PublishedFigure], most: int) -> RenderableType:
    """Published figures, the last one first, with what was unsettled when they went out."""
    if not figures:
        return Text("No figure was published yet. Run a day: revrecon run.")
    title = plural(len(figures), "published figure") + (f", the last {most} shown" if len(figures) > most else "")
    table = plain_table("Figure", "What it says", "Published", title=Text(title, style="bold"))
    for one in list(reversed(figures))[:most]:
        said = Text(one.caption).append(f"\n{one.name}: {money(one.value, one.unit)}", style="dim")
        unsettled = unsettled_words(one)
        if unsettled:
            said.append(f"\n{unsettled}", style="yellow")
        revision = f"\nrevision {one.revision}" if one.revision > 1 else ""
        when = Text(f"{one.published_at:%Y-%m-%d %H:%M}Z\n{one.published_by}{revision}", style="dim")
        table.add_row(Text(one.id, style="bold", no_wrap=True), said, when)
    return table


def unsettled_words(one: PublishedFigure) -> str:
    """What was not reconciled when a figure went out, in a line; empty where everything was."""
    told = [f"unexplained {money(one.residual, one.unit)}"] if one.residual else []
    told += [f"provisional: {reason}" for reason in one.provisional]
    told += [f"{plural(len(one.open_breaches), 'breach', 'breaches')} open"] if one.open_breaches else []
    return "; ".join(told)


def published_figures_table(fresh: Sequence[PublishedFigure], known: int) -> RenderableType:
    """What an act of publishing added, and how much it found published already."""
    same = Text(f"{plural(known, 'figure')} published already, with the same content.", style="green")
    if not fresh:
        return same
    table = figures_table(fresh, len(fresh))
    return Group(table, same) if known else table


def figure_panel(one: PublishedFigure, extracts: int, verdict: Text, reasons: Sequence[str]) -> RenderableType:
    """One figure with everything that it rests on, and whether it holds."""
    lines = [
        one.caption,
        "",
        f"Value       {money(one.value, one.unit)}  ({one.value} {one.unit})",
        f"As of       {one.moment.isoformat()} ({one.zone}), asked for {one.as_of}",
        f"Definition  {one.name}, version {one.version}",
        f"Map         version {one.map_version}, SHA-256 {one.map_sha256}",
        f"Rests on    {plural(extracts, 'extract')} of {', '.join(one.objects)}",
        f"            SHA-256 of their list {one.extracts_sha256}",
        f"            {plural(len(one.decisions), 'decision')} of stewards, "
        f"{plural(len(one.models), 'linkage model')}, {plural(one.units, 'unit')} counted",
        f"Unsettled   {unsettled_words(one) or 'nothing'}",
        *(f"            {breach}" for breach in one.open_breaches),
        f"Published   {one.published_at:%Y-%m-%d %H:%M:%S}Z by {one.published_by}, revision {one.revision}, "
        f"row {one.place} of the register",
    ]
    told = [Text(""), verdict, *(Text(reason) for reason in reasons)]
    return Panel(Group(Text("\n".join(lines)), *told), title=one.id, title_align="left")


def restatements_table(found: Sequence[Restatement], decimals: dict[str, int]) -> RenderableType:
    """What became of published figures: then, now, and the causes between, which add up."""
    if not found:
        return Text("No published figure has been restated.", style="green")
    title = f"{plural(len(found), 'published figure')} restated"
    table = plain_table("Figure", title=Text(title, style="bold"))
    table.add_column("Then", **AMOUNT)
    table.add_column("Why, and now", overflow="fold")
    table.add_column("Amount", **AMOUNT)
    for one in found:
        table.add_row(*_first_row(one, decimals.get(one.number, 2)))
        for cause, words, amount in _steps(one, decimals.get(one.number, 2)):
            table.add_row("", "", Text(words, style="" if cause else "bold"), amount)
        table.add_row("", "", "", "")
    return table


def _first_row(one: Restatement, decimals: int) -> tuple[Text, str, Text, str]:
    name = Text(one.name, style="bold").append(f"\nas of {one.as_of}\n{one.figure_id}", style="dim")
    difference = money(one.difference, one.unit, decimals, signed=True)
    words = Text(f"published {one.published_at:%Y-%m-%d}, map {one.map_then}; changes by", style="dim")
    return name, money(one.then, one.unit, decimals), words, difference


def _steps(one: Restatement, decimals: int) -> list[tuple[str, str, str]]:
    told = [
        (s.cause, f"{s.cause}: {s.detail} ({plural(s.records, 'record')})", money(s.amount, one.unit, decimals, True))
        for s in one.steps
    ]
    if one.residual:
        told.append(("residual", "unexplained", money(one.residual, one.unit, decimals, True)))
    if one.now is None:
        return [*told, ("", f"cannot be worked out now: {one.note}", "")]
    return [
        *told,
        ("", f"now, with data until {one.data_until}, map {one.map_now}", money(one.now, one.unit, decimals)),
    ]


def restated_records(items: pl.DataFrame, unit: str, most: int = _RECORDS) -> RenderableType:
    """The records behind a restatement, the largest first."""
    rest = items.height - most
    title = f"{plural(min(items.height, most), 'record')} that moved most" + (f", {rest:,} more" if rest > 0 else "")
    table = plain_table("Record", "Cause", "Own records", title=Text(title, style="bold"))
    table.add_column("Amount", **AMOUNT)
    ranked = items.sort(pl.col("amount").abs(), "unit_id", descending=[True, False])
    for row in ranked.head(most).iter_rows(named=True):
        amount = row["amount"] if isinstance(row["amount"], Decimal) else None
        cells = (Text(row["label"]), Text(row["cause"]), Text(row["records"], style="dim"))
        table.add_row(*cells, money(amount, unit, signed=True))
    return table
