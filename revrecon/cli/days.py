"""Commands that run a day, or hand its results on."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import day_of, over_a_day, over_inputs, run_shown, warn_of_a_changed_map
from revrecon.cli.options import AsOfOption
from revrecon.cli.spreading import BucketsOption, EngineOption, FullOption, SchedulerOption, WorkersOption
from revrecon.daily.buckets.engine import spread_of
from revrecon.daily.carrying.keeping import carried_entities
from revrecon.daily.carrying.settings import carrying_in
from revrecon.daily.day import Day
from revrecon.daily.export import export_day
from revrecon.daily.map_of_then import under_the_map_of_then
from revrecon.daily.outcomes import sheet_of
from revrecon.daily.run import Inputs
from revrecon.daily.steps import all_day_verdicts, widest_gap
from revrecon.reports import terminal
from revrecon.reports.table_files import Form

_WORST = 12


@over_inputs
def demo(inputs: Inputs, as_of: AsOfOption = None) -> None:
    """Load the sample company, reconcile its last day and show what there is to see."""
    day = run_shown(inputs, day_of(inputs, as_of))
    terminal.show_day(out, sheet_of(day), bridges=True, findings=_WORST)
    report = day.home.reports / "daily" / f"{day.as_of}.html"
    out.print(terminal.next_steps(report, inputs.loaded.path, _from_here(inputs.home.root), widest_gap(day)))


def _from_here(path: Path) -> Path:
    """A path as one would enter it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


@over_inputs
def run(
    inputs: Inputs,
    as_of: AsOfOption = None,
    accept_shrink: Annotated[
        bool, typer.Option("--accept-shrink", help="Accept a full extract that is far smaller than the one before.")
    ] = False,
    map_of_then: Annotated[
        bool, typer.Option("--map-of-then", help="Run the day under the stored map that was in effect on it.")
    ] = False,
    full: FullOption = False,
    buckets: BucketsOption = None,
    engine: EngineOption = None,
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
) -> None:
    """Reconcile a day: read, judge, bridge, write tickets and the report. Exit code 1 when something is in breach."""
    spread = spread_of(buckets, engine, scheduler, workers)
    carrying = replace(carrying_in(), full=True) if full else None
    inputs = replace(inputs, accept_shrink=accept_shrink, spread=spread, carrying=carrying)
    warn_of_a_changed_map(inputs)
    when = day_of(inputs, as_of)
    day = run_shown(under_the_map_of_then(inputs, when) if map_of_then else inputs, when)
    terminal.show_day(out, sheet_of(day), bridges=False)
    for told in carried_entities(day):
        out.print(told, highlight=False)
    out.print(f"Report: {day.home.reports / 'daily' / f'{day.as_of}.html'}")
    raise typer.Exit(1 if (all_day_verdicts(day)["verdict"] == "breach").any() else 0)


@over_a_day
def export(
    day: Day,
    to: Annotated[Path, typer.Option("--to", help="The folder to write files into.")],
    form: Annotated[
        Form,
        typer.Option("--format", help="CSV, or workbooks or Markdown: the bridges of each number, and tables."),
    ] = "csv",
    raw: Annotated[
        bool, typer.Option("--raw", help="CSV as it is: personal values in full, and no guard against formulas.")
    ] = False,
) -> None:
    """Write a day's bridges, crosswalk and exceptions as CSV files, as workbooks or as Markdown."""
    if raw and form != "csv":
        raise typer.BadParameter("Only CSV files can be raw: leave out --raw, or use --format csv.")
    for path in export_day(day, to, form, raw):
        out.print(str(path), highlight=False)
