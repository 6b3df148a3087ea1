"""The command line: run a day, ask for one bridge, explain a finding, look at the tickets.

Exit codes: 0 fine, 1 something is in breach, 2 could not run.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from revrecon.daily.day import Day
from revrecon.daily.errors import CANNOT_RUN
from revrecon.daily.explain import explained
from revrecon.daily.export import export_day
from revrecon.daily.home import open_home
from revrecon.daily.outcomes import live_tickets, sheet_of
from revrecon.daily.run import Inputs, last_day_of, run_day
from revrecon.daily.steps import all_day_findings, all_day_verdicts, widest_gap
from revrecon.entity_map.loader import load_map
from revrecon.reports import terminal

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="[bold]RevRecon[/bold] makes a company's disagreeing numbers explain themselves.\n\n"
    "Start with [bold]revrecon demo[/bold]. Point it at your own exports with --map and --data.\n\n"
    "Exit codes: 0 fine, 1 something is in breach, 2 could not run.",
)
out = Console()
err = Console(stderr=True)

MapOption = Annotated[Path, typer.Option("--map", help="The Entity Map.", envvar="REVRECON_MAP")]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Root of the file exports; default: data/ beside the map.", envvar="REVRECON_DATA"),
]
HomeOption = Annotated[
    Path, typer.Option("--home", help="Where lake, warehouse, ledger and reports live.", envvar="REVRECON_HOME")
]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day, as YYYY-MM-DD; default: the last day with data."),
]
DEFAULT_MAP, DEFAULT_HOME = Path("entity_map.yaml"), Path(".revrecon")

P = ParamSpec("P")
R = TypeVar("R")


def _told_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Troubles that a person can mend end with their sentence and exit code 2, not with a traceback."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except CANNOT_RUN as trouble:
            err.print(str(trouble), style="red", markup=False, highlight=False)
            raise typer.Exit(2) from trouble

    return wrapped


def _inputs(map_path: Path, data: Path | None, home: Path, accept_shrink: bool = False) -> Inputs:
    loaded = load_map(map_path)
    return Inputs(loaded, (data or map_path.parent / "data").resolve(), open_home(home), accept_shrink)


def _day_of(inputs: Inputs, as_of: datetime | None) -> date:
    return as_of.date() if as_of else last_day_of(inputs)


def _run(inputs: Inputs, as_of: date) -> Day:
    columns = (TextColumn("[bold]{task.description:<44}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("starting")

        def tell(name: str, at: int, total: int) -> None:
            bar.update(task, description=name, completed=at, total=total)

        return run_day(inputs, as_of, tell)


def _reconciled(inputs: Inputs, as_of: date) -> Day:
    """The day as it was run, or run now."""
    day = Day(inputs.loaded, inputs.home, as_of)
    if all(day.tables.has("bridges", number, as_of) for number in day.map.numbers):
        return day
    return _run(inputs, as_of)


@app.command()
@_told_plainly
def demo(
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Load the sample company, reconcile its last day and show what there is to see."""
    inputs = _inputs(map_path, data, home)
    day = _run(inputs, _day_of(inputs, as_of))
    terminal.show_day(out, sheet_of(day), bridges=True)
    report = day.home.reports / "daily" / f"{day.as_of}.html"
    out.print(terminal.next_steps(report, map_path, home, widest_gap(day)))


@app.command()
@_told_plainly
def run(
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
    accept_shrink: Annotated[
        bool, typer.Option("--accept-shrink", help="Accept a full extract that is far smaller than the one before.")
    ] = False,
) -> None:
    """Reconcile a day: read, judge, bridge, write tickets and the report. Exit code 1 when something is in breach."""
    inputs = _inputs(map_path, data, home, accept_shrink)
    day = _run(inputs, _day_of(inputs, as_of))
    terminal.show_day(out, sheet_of(day), bridges=False)
    out.print(f"Report: {day.home.reports / 'daily' / f'{day.as_of}.html'}")
    raise typer.Exit(1 if (all_day_verdicts(day)["verdict"] == "breach").any() else 0)


@app.command()
@_told_plainly
def check(map_path: MapOption = DEFAULT_MAP) -> None:
    """Validate the Entity Map; every mistake at once, each with its line."""
    loaded = load_map(map_path)
    entity_map = loaded.map
    out.print(
        f"{map_path} is sound: map version {entity_map.map.version} of {entity_map.company.name}, "
        f"{len(entity_map.systems)} systems, {len(entity_map.entities)} entities, {len(entity_map.numbers)} numbers "
        f"({sum(len(n.definitions) for n in entity_map.numbers.values())} definitions). sha256 {loaded.sha256[:12]}",
        highlight=False,
    )


@app.command()
@_told_plainly
def bridge(
    number: Annotated[str, typer.Argument(help="A number of the map, such as pipeline.")],
    department: Annotated[str | None, typer.Option("--from", help="Only this department's definition.")] = None,
    period: Annotated[str | None, typer.Option(help="Only this period, such as 2026Q3.")] = None,
    items: Annotated[int, typer.Option(help="How many reconciling items to show per bridge.")] = 10,
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Show why departments disagree about one number, down to the records."""
    inputs = _inputs(map_path, data, home)
    day = _reconciled(inputs, _day_of(inputs, as_of))
    terminal.show_bridges(out, sheet_of(day), day.known_number(number), department, period, items)


@app.command()
@_told_plainly
def explain(
    finding: Annotated[str, typer.Argument(help="A finding's signature, its beginning, or a record's id.")],
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Explain a finding, or all that was found about a record: what, where, since when, and whose it is."""
    inputs = _inputs(map_path, data, home)
    day = _reconciled(inputs, _day_of(inputs, as_of))
    out.print(explained(day, all_day_findings(day), finding))


@app.command()
@_told_plainly
def tickets(
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Show the live tickets, worst first. Exit code 1 when there are any."""
    inputs = _inputs(map_path, data, home)
    day = _reconciled(inputs, _day_of(inputs, as_of))
    live = live_tickets(day)
    out.print(terminal.tickets_table(live))
    raise typer.Exit(1 if live else 0)


@app.command()
@_told_plainly
def export(
    to: Annotated[Path, typer.Option("--to", help="The folder to write CSV files into.")],
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Write a day's bridges, crosswalk and exceptions as CSV files."""
    inputs = _inputs(map_path, data, home)
    day = _reconciled(inputs, _day_of(inputs, as_of))
    for path in export_day(day, to):
        out.print(str(path), highlight=False)


@app.command()
@_told_plainly
def schema() -> None:
    """Print the JSON Schema of the Entity Map, for editors."""
    from revrecon.entity_map.schema import json_schema_text

    sys.stdout.write(json_schema_text())


@app.command()
@_told_plainly
def ui(
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 3000,
) -> None:
    """Open Dagster on loopback, with its own DAGSTER_HOME inside the project and telemetry off."""
    from revrecon.dagster_defs.local_instance import dagster_command, dagster_environment

    inputs = _inputs(map_path, data, home)
    environment = {**os.environ, **dagster_environment(inputs.home, map_path.resolve(), inputs.data_root)}
    out.print(f"Dagster: http://127.0.0.1:{port}  (stop it with Ctrl-C)", highlight=False)
    raise typer.Exit(subprocess.call(dagster_command(port), env=environment))


def main() -> None:
    """The `revrecon` command."""
    app()
