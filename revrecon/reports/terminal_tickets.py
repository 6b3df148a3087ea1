"""One ticket, and how a delivery went, on a terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.reports.terminal_bridges import plain_table
from revrecon.tickets.bodies.content import COLUMNS, content_of
from revrecon.tickets.delivery import Delivered
from revrecon.tickets.model import Act, Ticket


def ticket_page(ticket: Ticket, history: Sequence[Act]) -> RenderableType:
    """Everything that is known of a ticket, personal values masked as they are everywhere outside the warehouse."""
    content = content_of(ticket)
    parts: list[RenderableType] = [Text(f"{ticket.id}  {content.title}", style="bold")]
    parts += [Text(f"{label}: {value}") for label, value in content.facts]
    parts += [Text(f"What to do: {content.what_to_do}"), Text("")]
    if content.records:
        table = plain_table(*COLUMNS, title=Text("Worst records", style="bold"))
        for cells in content.records:
            table.add_row(*(Text(cell) for cell in cells))
        parts.append(table)
    parts += [_told(act) for act in history]
    return Group(*parts)


def _told(act: Act) -> Text:
    until = f" until {act.until}" if act.until else ""
    where = "" if act.source == "revrecon" else f" ({act.source})"
    return Text(f"{act.day}  {act.deed}{until} by {act.by}{where}: {act.why}", style="dim")


def deliveries_table(reports: Sequence[Delivered]) -> RenderableType:
    """How many messages each outlet took, how many wait, and why."""
    if not reports:
        return Text("The map names no trackers and no alerts: tickets are files in the home's reports.", style="green")
    table = plain_table("Outlet", "Sent", "Waiting", "Trouble", title=Text("Delivery", style="bold"))
    for report in reports:
        trouble = " ".join(dict.fromkeys(report.troubles))
        table.add_row(Text(report.outlet), Text(str(report.sent)), Text(str(report.waiting)), Text(trouble))
    return table
