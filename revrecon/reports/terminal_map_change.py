"""What a change of the map would do, and the stored maps, in a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.history.map_store import StoredMap
from revrecon.reports.formats import money, plural
from revrecon.reports.map_change import SAME, FigureChange, MapChange, verdict_cells
from revrecon.reports.terminal_bridges import AMOUNT, plain_table


def map_change_table(change: MapChange) -> RenderableType:
    """The changed answers, the money that they move, the verdicts that change, and whose answers are touched."""
    if not change.changes:
        return Text(SAME, style="green")
    return Group(*_parts(change))


def _parts(change: MapChange) -> Iterator[RenderableType]:
    yield from (Text(change.title, style="bold"), Text(""), _answers(change), Text(""))
    if change.figures:
        yield from (_figures(change.figures), Text(""))
    elif change.days:
        yield from (Text("No figure changes.", style="green"), Text(""))
    if change.verdicts:
        yield from (_verdicts(change), Text(""))
    if change.owners:
        yield Text("Whose answers are touched: " + ", ".join(change.owners))
    yield from (Text(note, style="yellow") for note in change.notes)


def _answers(change: MapChange) -> RenderableType:
    title = plural(len(change.changes), "changed answer")
    table = plain_table("Answer", "Old", "New", title=Text(title, style="bold"))
    table.add_column("Line", **AMOUNT)
    for one in change.changes:
        what = Text(one.subject, style="bold").append(f"\n{one.what}", style="not bold")
        line = f"{one.line}{'' if one.new is not None else ' (old)'}" if one.line else ""
        table.add_row(what, Text(one.old or "–"), Text(one.new or "–"), line)
    return table


def _figures(figures: Sequence[FigureChange]) -> RenderableType:
    table = plain_table("Figure", title=Text("What it does to the figures", style="bold"))
    for head in ("Old", "New", "Difference", "Records"):
        table.add_column(head, **AMOUNT)
    for one in figures:
        name = Text(one.name, style="bold").append(f"\non {one.day}", style="dim not bold")
        if one.moved:
            largest = f"\nmost: {one.largest}, {money(one.largest_amount, one.unit, signed=True)}"
            name.append(largest, style="dim not bold")
        difference = money(one.difference, one.unit, signed=True)
        table.add_row(name, money(one.old, one.unit), money(one.new, one.unit), difference, f"{one.moved:,}")
    return table


def _verdicts(change: MapChange) -> RenderableType:
    table = plain_table("Check", "Old", "New", title=Text(f"Verdicts that change on {change.days[0]}", style="bold"))
    for one in change.verdicts:
        table.add_row(*(Text(cell) for cell in verdict_cells(one)))
    return table


def versions_table(stored: Sequence[StoredMap]) -> RenderableType:
    """The maps of a store, the one that counts now last."""
    if not stored:
        return Text("No map is stored yet. Run a day: revrecon run.")
    table = plain_table("Map", "In effect from", "First used", "SHA-256", title=Text("Stored maps", style="bold"))
    for one in stored:
        cells = (one.name, str(one.effective), f"{one.first_used:%Y-%m-%d %H:%M}Z", one.sha256)
        table.add_row(*(Text(cell) for cell in cells))
    return table
