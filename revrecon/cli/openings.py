"""What commands work on, from the options that name it: the inputs of a run, a day, a desk; troubles told plainly."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from inspect import Parameter, signature
from typing import Any, Concatenate, ParamSpec, TypeVar

import typer

from revrecon.cli.consoles import err, progress_shown
from revrecon.cli.options import DEFAULT_HOME, DEFAULT_MAP, AsOfOption, DataOption, HomeOption, MapOption
from revrecon.daily.day import Day
from revrecon.daily.errors import CANNOT_RUN
from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, last_day_of, run_day
from revrecon.entity_map.loader import load_map
from revrecon.history.map_store import MapStore

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
Opening = Callable[[Callable[Concatenate[T, P], R]], Callable[..., R]]
"""Makes a command of a function whose first argument is what is opened."""


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


def opening(open_it: Callable[..., T]) -> Opening[T, P, R]:
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


def inputs_of(map_path: MapOption = DEFAULT_MAP, data: DataOption = None, home: HomeOption = DEFAULT_HOME) -> Inputs:
    """What a run starts from. Raises MapProblems and what opening a home raises."""
    return Inputs(load_map(map_path), (data or map_path.parent / "data").resolve(), open_home(home))


def over(made: Callable[[Inputs], T]) -> Opening[T, P, R]:
    """For commands over what is made of the inputs."""

    def open_it(map_path: MapOption = DEFAULT_MAP, data: DataOption = None, home: HomeOption = DEFAULT_HOME) -> T:
        return made(inputs_of(map_path, data, home))

    return opening(open_it)


def over_dated(made: Callable[[Inputs, datetime | None], T]) -> Opening[T, P, R]:
    """For commands over what is made of the inputs and of what --as-of names, None where it is not given."""

    def open_it(
        map_path: MapOption = DEFAULT_MAP,
        data: DataOption = None,
        home: HomeOption = DEFAULT_HOME,
        as_of: AsOfOption = None,
    ) -> T:
        return made(inputs_of(map_path, data, home), as_of)

    return opening(open_it)


def day_of(inputs: Inputs, as_of: datetime | None) -> date:
    """The day that was asked for; the last one with data where none was. Raises NothingToRun and SourceError."""
    return as_of.date() if as_of else last_day_of(inputs)


def warn_of_a_changed_map(inputs: Inputs) -> None:
    """Say so where the map has changed and its version has not."""
    told = MapStore(inputs.home.maps).changed_without_a_new_version(inputs.loaded)
    if told:
        err.print(told, style="yellow", markup=False, highlight=False)


def run_shown(inputs: Inputs, as_of: date) -> Day:
    """A day, run with a bar."""
    with progress_shown() as tell:
        return run_day(inputs, as_of, tell)


def reconciled(inputs: Inputs, as_of: date) -> Day:
    """The day as it was run, or run now."""
    day = Day(inputs.loaded, inputs.home, as_of)
    if all(day.tables.has("bridges", number, as_of) for number in day.map.numbers):
        return day
    return run_shown(inputs, as_of)


over_inputs = over(lambda inputs: inputs)
"""For commands that run something: their first argument is what a run starts from."""
over_a_day = over_dated(lambda inputs, as_of: reconciled(inputs, day_of(inputs, as_of)))
"""For commands that look at a day: their first argument is the day as it was run, or run now."""
