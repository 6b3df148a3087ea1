"""The commands about tickets: list and show them, act on them, send what is due."""

from datetime import date, datetime
from typing import Annotated

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
from revrecon.daily.outcomes import live_tickets
from revrecon.daily.ticket_desk import TicketDesk
from revrecon.reports import terminal
from revrecon.reports.terminal_tickets import deliveries_table, ticket_page
from revrecon.tickets.model import Deed

app = typer.Typer(
    help="What is in breach and whose it is: [bold]list[/bold], [bold]show[/bold], act on them, [bold]deliver[/bold]."
)
TicketArgument = Annotated[str, typer.Argument(help="A ticket's id, or the beginning of it, such as RR-7Q2M.")]
ByOption = Annotated[str, typer.Option("--by", help="Who does it: a person of the map.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason, for whoever asks in a year.")]


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
        listed(False, map_path, data, home, as_of)


@app.command("list")
@told_plainly
def listed(
    everything: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Show the live tickets, worst first. Exit code 1 when there are any."""
    inputs = inputs_of(map_path, data, home)
    day = reconciled(inputs, day_of(inputs, as_of))
    live = live_tickets(day)
    shown = TicketDesk(day.map, day.home, day.as_of).tickets() if everything else live
    out.print(terminal.tickets_table(shown))
    raise typer.Exit(1 if live else 0)


def _desk(map_path: MapOption, home: HomeOption, as_of: datetime | None = None) -> TicketDesk:
    inputs = inputs_of(map_path, None, home)
    return TicketDesk(inputs.loaded.map, inputs.home, as_of.date() if as_of else None)


@app.command()
@told_plainly
def show(
    ticket: TicketArgument,
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Show one ticket: what, where, whose, what to do, its worst records, and what people did with it."""
    desk = _desk(map_path, home, as_of)
    found = desk.ticket(ticket)
    out.print(ticket_page(found, desk.history(found)))


@app.command()
@told_plainly
def acknowledge(
    ticket: TicketArgument,
    by: ByOption,
    why: WhyOption = "Taken up",
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Take a ticket up: its deputy is not called, its manager is if it grows old all the same."""
    _act(_desk(map_path, home), ticket, "acknowledge", by, why)


@app.command()
@told_plainly
def snooze(
    ticket: TicketArgument,
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="The morning on which it is back.")],
    by: ByOption,
    why: WhyOption,
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Let a ticket rest until a morning: nobody is told of it, its age grows on."""
    _act(_desk(map_path, home), ticket, "snooze", by, why, until.date())


@app.command()
@told_plainly
def resolve(
    ticket: TicketArgument,
    by: ByOption,
    why: WhyOption,
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Close a ticket by hand; if the next day is still in breach, the same ticket comes back."""
    _act(_desk(map_path, home), ticket, "resolve", by, why)


def _act(desk: TicketDesk, ticket: str, deed: Deed, by: str, why: str, until: date | None = None) -> None:
    acted = desk.act(ticket, deed, by, why, until)
    out.print(ticket_page(acted, desk.history(acted)))


@app.command()
@told_plainly
def deliver(map_path: MapOption = DEFAULT_MAP, data: DataOption = None, home: HomeOption = DEFAULT_HOME) -> None:
    """Send what is due to the map's trackers and channels, and bring home what people did there.

    What met a trouble is tried again at once. Exit code 1 when something still waits because of one.
    """
    told = _desk(map_path, home).send(again=True)
    out.print(deliveries_table(told))
    raise typer.Exit(1 if any(report.troubles for report in told) else 0)
