"""The command that looks at timing: what must clear by when, and whether such claims came true."""

from typing import Annotated

import polars as pl
import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_a_day
from revrecon.cli.options import SystemOption
from revrecon.daily.day import Day
from revrecon.daily.names import known_system
from revrecon.daily.timing import kept_or_made_timing
from revrecon.reports.terminal_timing import timing_tables
from revrecon.reports.timing_views import timing_view


@over_a_day
def timing(
    day: Day,
    system: SystemOption = None,
    items: Annotated[int, typer.Option(help="How many expectations to show.")] = 20,
) -> None:
    """Show which differences must clear by when, and the share of timing claims that came true."""
    made = kept_or_made_timing(day)
    claims, record, expected = made.claims, made.record, made.items
    if system is not None:
        known = pl.col("system") == known_system(day.map, system)
        claims, record, expected = claims.filter(known), record.filter(known), expected.clear()
    out.print(timing_tables(timing_view(day.map, claims, record, expected), items))
