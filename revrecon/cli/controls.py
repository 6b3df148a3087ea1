"""The command that writes input controls in each system's own form."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.text import Text

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_a_day
from revrecon.cli.options import SystemOption
from revrecon.daily.controls import told_controls
from revrecon.daily.day import Day
from revrecon.daily.names import known_system
from revrecon.daily.steps import all_day_findings
from revrecon.entity_map.systems import ControlForm
from revrecon.history.atomic import write_text
from revrecon.quality.controls.wanted import fields_without_control
from revrecon.quality.controls.written import WrittenControls, written_controls
from revrecon.reports.formats import plural
from revrecon.reports.terminal_bridges import plain_table


@over_a_day
def controls(
    day: Day,
    system: SystemOption = None,
    form: Annotated[
        ControlForm | None, typer.Option("--form", help="Another form than the one that the map gives the system.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Where to write; default: the home's reports/controls.")
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="Show the required fields that no control enforces, instead.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Ask the systems themselves which of the controls they have, instead.")
    ] = False,
) -> None:
    """Write what each system should refuse at entry, from the map's quality rules, in the system's own form.

    What a form cannot express is told, so that it can be set up by hand.
    """
    if missing:
        out.print(_missing(day))
        return
    if check:
        out.print(_checked(day, [known_system(day.map, system)] if system else list(day.map.systems)))
        return
    for name in [known_system(day.map, system)] if system else list(day.map.systems):
        made = written_controls(day.map, name, form)
        folder = (to or day.home.reports / "controls") / name
        for path, text in made.files.items():
            write_text(text, folder / path)
        out.print(_told(made, folder), highlight=False, soft_wrap=True)
        for one in made.left_out:
            out.print(f"  to set up by hand: {one.object}: {one.text}", style="yellow", markup=False, highlight=False)


def _told(made: WrittenControls, folder: Path) -> str:
    rules, files = plural(len(made.enforced), "rule"), plural(len(made.files), "file")
    return f"{made.system} ({made.form}): {rules} in {files} below {folder}"


def _checked(day: Day, systems: list[str]) -> object:
    """What each system that is asked has of the controls, and how many records pass by one that is there."""
    found = [one for name in systems if (one := told_controls(day, name)) is not None]
    if not found:
        return "None of these systems is asked; exports tell nothing of controls. See docs/connectors.md."
    heads = ("Control", "State", "Records that break it", "Detail")
    table = plain_table(*heads, title=Text("Controls, as the systems tell them", style="bold"))
    for row in pl.concat(found).iter_rows(named=True):
        name = f"{row['system']} {row['object']}.{row['column']} {row['kind']}"
        style = {"there": "green", "missing": "red", "looser": "yellow", "bypassed": "yellow"}.get(row["state"], "dim")
        table.add_row(Text(name), Text(row["state"], style=style), Text(str(row["broken"])), Text(row["detail"]))
    return table


def _missing(day: Day) -> object:
    """Required fields without a control, with how many records are empty now and since when, worst first."""
    empty = all_day_findings(day).filter(pl.col("rule").str.ends_with("_is_present"))
    broken = empty.group_by("entity", "copy", "field").agg(pl.len().alias("empty"), pl.col("since").min())
    found = fields_without_control(day.map).join(broken, on=["entity", "copy", "field"], how="left")
    worst = found.sort("empty", "entity", "field", descending=[True, False, False], nulls_last=True)
    heads = ("Field", "Copy", "Column", "The map says", "Empty", "Since")
    table = plain_table(*heads, title=Text("No control", style="bold"))
    for row in worst.with_columns(pl.col("empty").fill_null(0)).iter_rows(named=True):
        cells = [row[name] for name in ("copy", "column", "says", "empty", "since")]
        told = [f"{row['entity']}.{row['field']}", *("" if cell is None else str(cell) for cell in cells)]
        table.add_row(*map(Text, told))
    return table
