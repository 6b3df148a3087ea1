"""The commands of a steward: what waits, what a decision would change, decide, and take back."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_a_day
from revrecon.cli.options import A_DAY, ByOption, WhyOption
from revrecon.daily.day import Day
from revrecon.daily.names import UnknownName
from revrecon.daily.steward import (
    case_of,
    decision_on,
    decisions_in,
    effect_on_numbers,
    keep_decisions,
    queue,
    withdrawal_of,
)
from revrecon.reports.terminal_review import case_table, decisions_table, effect_table, queue_table

review_app = typer.Typer(
    no_args_is_help=True,
    help="Records that may be one thing: see the [bold]queue[/bold], [bold]show[/bold] a case, [bold]decide[/bold].",
)
_TAKES_EFFECT = "It holds from the next run on: revrecon run."


@over_a_day
def list_queue(
    day: Day,
    most: Annotated[int, typer.Option(help="How many cases to show.")] = 20,
) -> None:
    """List what waits for a steward, the most money first."""
    out.print(queue_table(day.map, queue(day), most))


@over_a_day
def show(
    day: Day,
    case: Annotated[str, typer.Argument(help="A case of the queue, such as RV-0a1b2c3d.")],
) -> None:
    """Show both records, the evidence field by field, and exactly what joining them would do to every number.

    The records are shown as they are, personal fields included: a steward has to see what is compared.
    """
    found = case_of(day, case)
    out.print(case_table(found), "")
    someone = next(iter(day.map.people))
    out.print(effect_table(day.map, effect_on_numbers(day, decision_on(day, found, "same", someone, "what if"))), "")
    out.print(f'revrecon review decide {case} same --by NAME --why "..."', highlight=False)
    out.print(f'revrecon review decide {case} never --by NAME --why "..."', highlight=False)


@over_a_day
def decide(
    day: Day,
    case: Annotated[str | None, typer.Argument(help="A case of the queue.")] = None,
    verdict: Annotated[str | None, typer.Argument(help="same or never.")] = None,
    by: ByOption = "",
    why: WhyOption = "",
    effective: Annotated[
        datetime | None,
        typer.Option("--effective", formats=A_DAY, help="The first day on which it holds; default: every day."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="A CSV file of decisions: case, verdict, by, why, effective.")
    ] = None,
) -> None:
    """Decide a case, or all cases of a file: the same thing, or never the same. Decisions win over every pass."""
    if file is not None:
        taken = decisions_in(day, file)
    elif case and verdict:
        taken = [decision_on(day, case_of(day, case), verdict, by, why, effective.date() if effective else None)]
    else:
        raise UnknownName("Name a case and a verdict (same or never), or a file of decisions with --file.")
    keep_decisions(day, taken)
    out.print(decisions_table(taken))
    out.print(_TAKES_EFFECT)


@over_a_day
def decisions(
    day: Day,
) -> None:
    """Show every decision that was ever taken, by whom, when and why."""
    out.print(decisions_table(day.decisions))


@over_a_day
def withdraw(
    day: Day,
    decision: Annotated[str, typer.Argument(help="A decision that stands, such as DEC-0a1b2c3d4e.")],
    by: ByOption,
    why: WhyOption,
) -> None:
    """Take a decision back; both words stay in the register."""
    keep_decisions(day, [withdrawal_of(day, decision, by, why)])
    out.print(f"{decision} no longer stands. {_TAKES_EFFECT}")


review_app.command("queue")(list_queue)
for command in (show, decide, decisions, withdraw):
    review_app.command()(command)
