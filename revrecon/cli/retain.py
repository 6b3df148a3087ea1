"""The command that thins a home out."""

from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from revrecon.cli.consoles import out
from revrecon.cli.openings import told_plainly
from revrecon.cli.options import A_DAY, DEFAULT_HOME, DEFAULT_MAP, HomeOption, MapOption
from revrecon.daily.home import open_home
from revrecon.daily.retention import retain as thin_out
from revrecon.daily.retention import sizes
from revrecon.entity_map.loader import load_map
from revrecon.reports.terminal_bridges import plain_table


@told_plainly
def retain(
    map_path: MapOption = DEFAULT_MAP,
    home: HomeOption = DEFAULT_HOME,
    today: Annotated[
        datetime | None, typer.Option("--today", formats=A_DAY, help="Count from this day; default: today.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go, and remove nothing.")] = False,
) -> None:
    """Remove what is older than the map's retention and can be made again; show how large each part of the home is.

    Of older months the last day stays. Extracts, published figures, decisions, tickets and maps are never removed.
    """
    entity_map, place = load_map(map_path).map, open_home(home)
    day = today.date() if today else datetime.now(entity_map.company.zone).date()
    table = plain_table("What", "Would go" if dry_run else "Gone", "MB", title=Text("Retention", style="bold"))
    for one in thin_out(place, entity_map.retention, day, dry_run):
        table.add_row(Text(one.what), Text(f"{one.items:,}"), Text(f"{one.size / 1e6:,.1f}" if one.size else ""))
    out.print(table)
    parts = plain_table("Part of the home", "MB")
    for name, size in sizes(place):
        parts.add_row(Text(name), Text(f"{size / 1e6:,.1f}"))
    out.print(parts)
