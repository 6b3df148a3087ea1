"""The commands about tickets: list and show them, act on them, send what is due."""

from datetime import date, datetime
from typing import Annotated

import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import over, over_a_day, over_dated
from revrecon.cli.options import (
    A_DAY,
    DEFAULT_HOME,
    DEFAULT_MAP,
    AsOfOption,
    DataOption,
    HomeOption,
    MapOption,
    WhyOption,
)
from revrecon.daily.day import Day
from revrecon.daily.outcomes import live_tickets
from revrecon.daily.run import Inputs
from revrecon.daily.ticket_desk import TicketDesk
from revrecon.reports import terminal
from revrecon.reports.terminal_tickets import deliveries_table, ticket_page
from revrecon.tickets.model import Deed

app = typer.Typer(
    help="What is in breach and whose it is: [bold]list[/bold], [bold]show[/bold], act on them, [bold]deliver[/bold]."
)
TicketArgument = Annotated[str, typer.Argument(help="A ticket's id, or the beginning of it, such as RR-7Q2M.")]
ByOption = Annotated[str, typer.Option("--by", help="Who does it: a person of the map.")]


@app.callback(invoke_without_command=True)
def group(
    context: typer.Context,
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Show the live tickets, worst first. Exit code 1 when there are any."""
    if context.invoked_subcommand is None:
        listed(everything=False, map_path=map_path, data=data, home=home, as_of=as_of)


@app.command("list")
@over_a_day
def listed(
    day: Day,
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
) -> None:
    """Show the live tickets, worst first. Exit code 1 when there are any."""
    live = live_tickets(day)
    shown = TicketDesk(day.map, day.home, day.as_of).tickets() if everything else live
    out.print(terminal.tickets_table(shown))
    raise typer.Exit(1 if live else 0)


def _desk(inputs: Inputs, as_of: datetime | None = None) -> TicketDesk:
    return TicketDesk(inputs.loaded.map, inputs.home, as_of.date() if as_of else None)


over_the_desk = over(_desk)
"""For commands that act on tickets, which are those of today."""


@app.command()
@over_dated(_desk)
def show(desk: TicketDesk, ticket: TicketArgument) -> None:
    """Show one ticket: what, where, whose, what to do, its worst records, and what people did with it."""
    found = desk.ticket(ticket)
    out.print(ticket_page(found, desk.history(found)))


@app.command()
@over_the_desk
def acknowledge(desk: TicketDesk, ticket: TicketArgument, by: ByOption, why: WhyOption = "Taken up") -> None:
    """Take a ticket up: its deputy is not called, its manager is if it grows old all the same."""
    _act(desk, ticket, "acknowledge", by, why)


@app.command()
@over_the_desk
def snooze(
    desk: TicketDesk,
    ticket: TicketArgument,
    until: Annotated[datetime, typer.Option("--until", formats=A_DAY, help="The morning on which it is back.")],
    by: ByOption,
    why: WhyOption,
) -> None:
    """Let a ticket rest until a morning: nobody is told of it, its age grows on."""
    _act(desk, ticket, "snooze", by, why, until.date())


@app.command()
@over_the_desk
def resolve(desk: TicketDesk, ticket: TicketArgument, by: ByOption, why: WhyOption) -> None:
    """Close a ticket by hand; if the next day is still in breach, the same ticket comes back."""
    _act(desk, ticket, "resolve", by, why)


def _act(desk: TicketDesk, ticket: str, deed: Deed, by: str, why: str, until: date | None = None) -> None:
    acted = desk.act(ticket, deed, by, why, until)
    out.print(ticket_page(acted, desk.history(acted)))


@app.command()
@over_the_desk
def deliver(desk: TicketDesk) -> None:
    """Send what is due to the map's trackers and channels, and bring home what people did there.

    What met a trouble is tried again at once. Exit code 1 when something still waits because of one.
    """
    told = desk.send(again=True)
    out.print(deliveries_table(told))
    raise typer.Exit(1 if any(report.troubles for report in told) else 0)
