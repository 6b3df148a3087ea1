"""Decisions on a terminal: what they change in the map, and what became of them."""

from collections.abc import Sequence

import polars as pl
from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.decisions.taken import Taken
from revrecon.reports.formats import plural
from revrecon.reports.terminal_bridges import plain_table

_STYLES = {"+": "green", "-": "red", "@": "dim"}
_STATES = {"worked": "green", "waiting": "dim", "partly": "yellow", "not yet": "yellow"}


def difference_shown(difference: str) -> RenderableType:
    """A unified difference, what comes green and what goes red."""
    lines = difference.splitlines()
    if not lines:
        return Text("The map stays as it is.", style="dim")
    return Group(*(Text(line, style=_STYLES.get(line[:1], "")) for line in lines))


def decisions_taken(decisions: Sequence[Taken], version: int, name: str) -> RenderableType:
    """What was written down, and the next step."""
    lines = [Text(f"{one.id}  {one.what}") for one in decisions]
    said = f"{plural(len(decisions), 'decision')} written down; {name} is version {version}. Valid from the next run."
    return Group(*lines, Text(said, style="bold"), Text("What becomes of them: revrecon decide follow-up"))


def follow_ups_table(found: pl.DataFrame) -> RenderableType:
    """Every decision with its state."""
    if found.is_empty():
        return Text("Nothing was decided yet. See what could be: revrecon standup.")
    table = plain_table("On", "Decision", "By", "State", "What became of it", title=Text("Decisions", style="bold"))
    for row in found.iter_rows(named=True):
        state = Text(row["state"], style=_STATES.get(row["state"], "red"))
        table.add_row(Text(str(row["on"])), Text(row["what"]), Text(row["by"]), state, Text(row["note"]))
    return table
