"""Commands about published figures: list them, verify them, and what became of them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Annotated

import typer
from rich.text import Text

from revrecon.cli.consoles import out, progress_shown
from revrecon.cli.openings import day_of, over_dated, told_plainly
from revrecon.cli.options import DEFAULT_HOME, AsOfOption, HomeOption, NumberOption
from revrecon.cli.trail import tell_of_the_ledger
from revrecon.daily.day import Day
from revrecon.daily.home import open_home
from revrecon.daily.present import Present
from revrecon.daily.restating import first_published, restated_items
from revrecon.daily.restating import restatements as compared_with_now
from revrecon.daily.verifying import State, Verification, figures_asked, verified
from revrecon.reports.bridge_views import materiality
from revrecon.reports.formats import money, plural
from revrecon.reports.terminal_figures import figure_panel, figures_table, restated_records, restatements_table
from revrecon.tickets.figure_model import PublishedFigure
from revrecon.tickets.figures import FigureRegister

_WORDS: dict[State, str] = {
    "holds": "holds",
    "does_not_hold": "does not hold",
    "cannot_be_recomputed": "cannot be recomputed",
}
_STYLES = {"holds": "bold green", "does_not_hold": "bold red", "cannot_be_recomputed": "bold yellow"}


@told_plainly
def figures(
    number: NumberOption = None,
    as_of: AsOfOption = None,
    most: Annotated[int, typer.Option(help="How many to show.")] = 20,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """List the published figures, the last one first; with --as-of those of one day."""
    found = FigureRegister(open_home(home).ledger).all()
    day = as_of.date() if as_of else None
    wanted = [one for one in found if number in (None, one.number) and day in (None, one.as_of)]
    out.print(figures_table(wanted, most))


@told_plainly
def verify(
    figure: Annotated[
        str | None, typer.Argument(help="A published figure, such as FIG-0a1b2c3d4e5f; default: all.")
    ] = None,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="The ledger's audit trail instead: every act and its place in the chain.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Work a published figure out again from what was known then, and say whether it still holds.

    Without an id all of them, and the chain of the register. With --ledger: whether decisions, merges, agreed
    differences, acts on tickets, maps and publications are what was written, and the first broken link if not.

    Exit code 0: it holds; 1: it does not, or cannot be recomputed.
    """
    opened = open_home(home)
    if ledger:
        raise typer.Exit(tell_of_the_ledger(opened))
    register = FigureRegister(opened.ledger)
    asked = figures_asked(register, figure)
    with _counted("verifying", asked) as told:
        results = list(verified(opened, asked, told))
    faults = register.faults()
    for result in results if figure else [one for one in results if one.state != "holds"]:
        _show(result, register)
    for fault in faults:
        out.print(fault, style="red", highlight=False)
    if figure is None:
        _summary(results, faults)
    raise typer.Exit(0 if not faults and all(one.state == "holds" for one in results) else 1)


def _show(result: Verification, register: FigureRegister) -> None:
    one = result.figure
    words = Text(f"{_WORDS[result.state].capitalize()}.", style=_STYLES[result.state])
    if result.state == "does_not_hold":
        by = money(result.difference, one.unit, 4, signed=True)
        words.append(f" It comes out as {money(result.recomputed, one.unit, 4)} now, {by}.", style="not bold")
    out.print(figure_panel(one, len(register.extracts(one)), words, result.reasons))


def _summary(results: Sequence[Verification], faults: Sequence[str]) -> None:
    counts = Counter(result.state for result in results)
    told = [f"{counts[state]:,} {words.replace('does not hold', 'do not hold').replace('holds', 'hold')}"
            for state, words in _WORDS.items() if counts[state]]  # fmt: skip
    chain = f"{plural(len(faults), 'fault')} in the chain" if faults else "the chain of the register is whole"
    out.print(f"{plural(len(results), 'published figure')}: {', '.join(told) or 'none'}; {chain}.", highlight=False)


@contextmanager
def _counted(what: str, figures: Sequence[PublishedFigure]) -> Iterator[Callable[[PublishedFigure], None]]:
    """A progress bar over figures."""
    places = count()
    with progress_shown() as tell:
        yield lambda one: tell(f"{what} {one.id} {one.as_of}", next(places), len(figures))


@over_dated(lambda inputs, as_of: Day(inputs.loaded, inputs.home, day_of(inputs, as_of)))
def restatements(
    day: Day,
    number: NumberOption = None,
    figure: Annotated[str | None, typer.Option("--figure", help="Only this figure, with its records.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Those too that changed by no more than the materiality.")
    ] = False,
) -> None:
    """What published figures are now, with today's data, decisions and map, and why they changed, to the cent.

    Each figure as first published. Run the last day first: what is not in the lake is not known.
    """
    register = FigureRegister(day.home.ledger)
    first = first_published(register)
    wanted = [one for one in first if number in (None, one.number) and figure in (None, one.id)]
    if figure is not None and not wanted:
        figures_asked(register, figure)
        out.print(f"{figure} is no first publication; the register compares the first of each figure.")
        return
    with _counted("comparing", wanted) as told:
        found = list(compared_with_now(Present(day), wanted, told))
    shown = [one for one in found if one.difference != 0 and (every or one.beyond(materiality(day.map, one.number)))]
    out.print(restatements_table(shown, {name: known.decimals for name, known in day.map.numbers.items()}))
    small = sum(1 for one in found if one.difference) - sum(1 for one in shown if one.difference)
    if small:
        out.print(f"{plural(small, 'figure')} changed by no more than the map's materiality: --all shows them.")
    items = restated_items(day.home, figure) if figure else None
    if items is not None and shown:
        out.print(restated_records(items, shown[0].unit))
