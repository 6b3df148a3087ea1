"""The command that tells how RevRecon itself is."""

import typer
from rich.text import Text

from revrecon.cli.consoles import out
from revrecon.cli.openings import told_plainly
from revrecon.cli.options import DEFAULT_HOME, DEFAULT_MAP, HomeOption, MapOption
from revrecon.daily.health import health_of, keep_health
from revrecon.daily.home import open_home
from revrecon.entity_map.loader import load_map
from revrecon.reports.terminal_bridges import plain_table

_STYLES = {"good": "green", "watch": "yellow", "bad": "bold red"}


@told_plainly
def health(map_path: MapOption = DEFAULT_MAP, home: HomeOption = DEFAULT_HOME) -> None:
    """Tell how fresh every extract is, when each rhythm last ran, what waits to be delivered, whether the audit trail
    holds and how full the disk is; the same as a page in the reports.

    Exit code 1: something is bad. The last column names the entry of docs/runbook.md.
    """
    place = open_home(home)
    found = health_of(place, load_map(map_path).map)
    table = plain_table("What", "State", "Told", "Runbook", title=Text(f"Health of {found.company}", style="bold"))
    for sign in found.signs:
        state = Text(sign.state, style=_STYLES[sign.state])
        table.add_row(Text(f"{sign.chapter}: {sign.name}"), state, Text(sign.told), Text(sign.runbook))
    out.print(table)
    out.print(f"Page: {keep_health(place, found)}", highlight=False, soft_wrap=True)
    raise typer.Exit(1 if found.state == "bad" else 0)
