"""The command that lists what to change in each system."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.text import Text

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_a_day
from revrecon.cli.options import EntityOption, SystemOption
from revrecon.daily.clean_up import changes_of, chosen, keep_clean_up
from revrecon.daily.day import Day
from revrecon.daily.names import known_system
from revrecon.reports.clean_up import masked_changes, summary_of
from revrecon.reports.formats import compact
from revrecon.reports.table_files import Form, write_tables
from revrecon.reports.terminal_bridges import plain_table


@over_a_day
def clean_up(
    day: Day,
    system: SystemOption = None,
    entity: EntityOption = None,
    top: Annotated[int, typer.Option("--top", help="How many to show.", min=1)] = 20,
    to: Annotated[Path | None, typer.Option("--to", help="A folder to write the whole list into.")] = None,
    form: Annotated[Form, typer.Option("--format", help="csv, xlsx or md, with --to.")] = "csv",
    raw: Annotated[bool, typer.Option("--raw", help="With --to: personal values in full, for loading.")] = False,
) -> None:
    """List the exact changes that set each system's copies right, ranked by what they move in a department's figure.

    Pages, workbooks and CSV files per system are written below the home's reports/clean_up.
    """
    found = chosen(changes_of(day), known_system(day.map, system) if system else None, entity)
    shown = masked_changes(day.map, found)
    table = plain_table("#", "System", "Do", "Record", "Column", "From", "To", "Moves")
    largest = shown.sort(pl.col("gain").abs().neg(), "system", "rank", nulls_last=True)
    for row in largest.head(top).iter_rows(named=True):
        moves = compact(row["gain"], row["gain_unit"], signed=True) if row["gain"] is not None else ""
        cells = [row[name] for name in ("rank", "system", "action", "record_id", "column", "from", "to")]
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in [*cells, moves]))
    out.print(table)
    out.print(summary_of(found))
    if to is not None:
        frames = {
            str(name): part for (name,), part in (found if raw else shown).group_by("system", maintain_order=True)
        }
        for path in write_tables(frames, to, form, raw):
            out.print(str(path), highlight=False, soft_wrap=True)
    else:
        for path in keep_clean_up(day):
            out.print(str(path), highlight=False, soft_wrap=True)
