"""The command that looks at timing: what must clear by when, and whether such claims came true."""

from typing import Annotated

import polars as pl
import typer

from revrecon.cli.shared import (
    DEFAULT_HOME,
    DEFAULT_MAP,
    AsOfOption,
    DataOption,
    HomeOption,
    MapOption,
    day_of,
    inputs_of,
    out,
    reconciled,
    told_plainly,
)
from revrecon.daily.timing import kept_or_made_timing
from revrecon.reports.terminal_timing import timing_tables
from revrecon.reports.timing_views import timing_view


@told_plainly
def timing(
    system: Annotated[str | None, typer.Option("--system", help="Only this system of the map.")] = None,
    items: Annotated[int, typer.Option(help="How many expectations to show.")] = 20,
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Show which differences must clear by when, and the share of timing claims that came true."""
    inputs = inputs_of(map_path, data, home)
    day = reconciled(inputs, day_of(inputs, as_of))
    made = kept_or_made_timing(day)
    claims, record, expected = made.claims, made.record, made.items
    if system is not None:
        known = pl.col("system") == day.known_system(system)
        claims, record, expected = claims.filter(known), record.filter(known), expected.clear()
    out.print(timing_tables(timing_view(day.map, claims, record, expected), items))
