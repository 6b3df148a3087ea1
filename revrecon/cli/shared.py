"""What every command shares: the options, the inputs, a run with its progress bar, and troubles told plainly."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from revrecon.daily.day import Day
from revrecon.daily.errors import CANNOT_RUN
from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, last_day_of, run_day
from revrecon.entity_map.loader import load_map
from revrecon.history.map_store import MapStore

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
    typer.Option(
        "--as-of", "--day", formats=["%Y-%m-%d"], help="The day, as YYYY-MM-DD; default: the last day with data."
    ),
]
DEFAULT_MAP, DEFAULT_HOME = Path("entity_map.yaml"), Path(".revrecon")

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


def told_plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Troubles that a person can mend end with their sentence and exit code 2, not with a traceback."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except CANNOT_RUN as trouble:
            err.print(str(trouble), style="red", markup=False, highlight=False)
            raise typer.Exit(2) from trouble

    return wrapped


def opening(
    open_it: Callable[..., T],
) -> Callable[[Callable[Concatenate[T, P], R]], Callable[..., R]]:
    """For commands over something that options name: what `open_it` makes of its own options is their first argument.

    The command gets those options behind its own ones. Troubles are told plainly.
    """
    added = signature(open_it).parameters

    def over_it(command: Callable[Concatenate[T, P], R]) -> Callable[..., R]:
        @wraps(command)
        def wrapped(**given: Any) -> R:
            opened = open_it(**{name: given.pop(name) for name in added})
            return command(opened, **given)  # type: ignore[call-arg]  # typer passes every other option by its name

        own = list(signature(command).parameters.values())[1:]
        named = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in (*own, *added.values())]
        wrapped.__signature__ = signature(command).replace(parameters=named)  # type: ignore[attr-defined]  # typer reads it
        return told_plainly(wrapped)

    return over_it


def inputs_of(map_path: Path, data: Path | None, home: Path, accept_shrink: bool = False) -> Inputs:
    loaded = load_map(map_path)
    return Inputs(loaded, (data or map_path.parent / "data").resolve(), open_home(home), accept_shrink)


def day_of(inputs: Inputs, as_of: datetime | None) -> date:
    return as_of.date() if as_of else last_day_of(inputs)


def warn_of_a_changed_map(inputs: Inputs) -> None:
    """Say so where the map has changed and its version has not."""
    told = MapStore(inputs.home.maps).changed_without_a_new_version(inputs.loaded)
    if told:
        err.print(told, style="yellow", markup=False, highlight=False)


def progress_bar() -> Progress:
    """What long work shows while it lasts; it leaves nothing behind."""
    columns = (TextColumn("[bold]{task.description:<44}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True)


def run_shown(inputs: Inputs, as_of: date) -> Day:
    with progress_bar() as bar:
        task = bar.add_task("starting")

        def tell(name: str, at: int, total: int) -> None:
            bar.update(task, description=name, completed=at, total=total)

        return run_day(inputs, as_of, tell)


def reconciled(inputs: Inputs, as_of: date) -> Day:
    """The day as it was run, or run now."""
    day = Day(inputs.loaded, inputs.home, as_of)
    if all(day.tables.has("bridges", number, as_of) for number in day.map.numbers):
        return day
    return run_shown(inputs, as_of)


def _the_day(
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> Day:
    inputs = inputs_of(map_path, data, home)
    return reconciled(inputs, day_of(inputs, as_of))


over_a_day = opening(_the_day)
"""For commands that look at a day: their first argument is the day as it was run, or run now."""
