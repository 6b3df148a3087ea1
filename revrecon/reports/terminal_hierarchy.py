"""Hierarchies in a terminal: the links to set right, and one family across the systems."""

from collections.abc import Sequence
from decimal import Decimal

import polars as pl
from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.entity_map.model import EntityMap
from revrecon.reports.family import Family, Place
from revrecon.reports.formats import count, money
from revrecon.reports.hierarchy_views import CorrectionsView
from revrecon.reports.terminal_bridges import AMOUNT, plain_table
from revrecon.reports.titles import cause_title, definition_title, number_title


def corrections_table(view: CorrectionsView, most: int) -> RenderableType:
    """The links of one bridge, best first, with the share of the hierarchy step that is gone after each."""
    table = plain_table("#", "Set right", title=Text(f"{view.title}, {view.department}", style="bold"))
    table.add_column("From → to", overflow="fold")
    table.add_column("Gone", **AMOUNT)
    table.add_column("Left", **AMOUNT)
    for row in view.rows[:most]:
        link = Text(row.label).append(f"\n{row.record}", style="dim")
        move = Text(f"{row.now_under} → {row.belongs_under}")
        if row.hint:
            move.append(f"\n{row.hint}", style="yellow")
        table.add_row(str(row.rank), link, move, row.share, row.left)
    more = len(view.rows) - most
    rest = [Text(f"and {count(more)} more; show them with --items {len(view.rows)}", style="dim")] if more > 0 else []
    return Group(table, *rest, Text(view.headline, style="bold green"))


def links_table(entity_map: EntityMap, links: pl.DataFrame, most: int) -> RenderableType:
    """The wrong links that move most in each figure (WORTH_SCHEMA), largest first."""
    moving = links.filter(pl.col("number").is_not_null()).sort(
        pl.col("amount_moved").abs(), "copy", "node", "number", "period", descending=[True, False, False, False, False]
    )
    if moving.is_empty():
        return Text("No wrong link moves any number.", style="green")
    table = plain_table("Link", "Cause", "Number", title=Text("What wrong links move", style="bold"))
    table.add_column("Moved", **AMOUNT)
    table.add_column("Records", **AMOUNT)
    for row in moving.head(most).iter_rows(named=True):
        link = Text(row["label"]).append(f"\n{row['system']}/{row['object']}/{row['record_id']}", style="dim")
        figure = f"{number_title(entity_map, row['number'], row['period'])}, "
        figure += definition_title(entity_map, row["number"], row["definition"])
        amount = money(Decimal(row["amount_moved"]), row["unit"], entity_map.numbers[row["number"]].decimals)
        cause = Text(cause_title(row["cause"]))
        table.add_row(link, cause, Text(figure), amount, count(row["records_moved"]))
    return Group(table, Text("Below several wrong links, a record is moved by each of them.", style="dim"))


def family_table(found: Family) -> RenderableType:
    """The canonical tree on the left; beside each node where every system has it."""
    table = plain_table("Canonical tree", title=Text(f"{found.label}  {found.root}", style="bold"))
    for system in found.systems:
        table.add_column(Text(system), overflow="fold")
    for member in found.members:
        indent = "  " * member.depth
        style = "" if member.belongs else "red"
        label = Text(f"{indent}{member.label}", style=style)
        if not member.belongs:
            label.append("\n  not of this family", style="dim")
        elif "!own:" in member.node:
            label.append("\n  a contract", style="dim")
        table.add_row(label, *_cells(member.places))
    return table


def _cells(places: Sequence[Place | None]) -> list[Text]:
    cells = []
    for place in places:
        if place is None:
            cells.append(Text("not held", style="dim"))
        else:
            mark = Text(f"{place.record_id} ", style="").append(
                "✗" if place.wrong else "✓", "red" if place.wrong else "green"
            )
            cells.append(mark.append(f"\n{place.told}", style="red") if place.told else mark)
    return cells
