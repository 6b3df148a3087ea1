"""The embedded tracker: one Markdown file per ticket."""

from pathlib import Path

from revrecon.history.atomic import write_text
from revrecon.tickets.model import Ticket, WorstRecord


class MarkdownTracker:
    """Tickets as files below a folder, `RR-ABC123.md`; a resolved one stays and says so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, ticket: Ticket) -> None:
        write_text(page(ticket), self.folder / f"{ticket.id}.md")

    def update(self, ticket: Ticket) -> None:
        self.open(ticket)

    def resolve(self, ticket: Ticket) -> None:
        self.open(ticket)


def safe(text: object) -> str:
    """Data as it may stand in Markdown: nothing in it is markup."""
    escaped = str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "\\`*_[]|#!":
        escaped = escaped.replace(mark, f"\\{mark}")
    return " ".join(escaped.split())


def page(ticket: Ticket) -> str:
    """A ticket as a page of Markdown."""
    state = f"resolved on {ticket.resolved_on}" if ticket.state == "resolved" else "open"
    lines = [
        f"# {ticket.id}: {safe(ticket.title)}",
        "",
        f"- **State:** {state}" + (f", reopened {ticket.reopened} times" if ticket.reopened else ""),
        f"- **Owner:** {safe(ticket.assignee_name)} ({safe(ticket.assignee_email)})",
        f"- **Opened:** {ticket.opened_on} (in breach since {ticket.first_breach}; age {ticket.ageing} days)",
        f"- **Measured:** {safe(ticket.measure)}",
        f"- **Oldest record:** since {ticket.since}" if ticket.since else "- **Oldest record:** unknown",
        "",
        f"**What to do.** {safe(ticket.what_to_do)}",
        "",
        "## Worst records",
        "",
        "| record | field | expected | observed | amount | finding |",
        "| --- | --- | --- | --- | ---: | --- |",
        *(_row(record) for record in ticket.worst),
        "",
    ]
    return "\n".join(lines)


def _row(record: WorstRecord) -> str:
    amount = "" if record.amount is None else f"{record.amount:,.2f}"
    observed = "; ".join(part for part in (record.observed, record.why) if part)
    cells = (record.record, record.field, record.expected, observed, amount, record.signature)
    return "| " + " | ".join("" if cell is None else safe(cell) for cell in cells) + " |"


def index(tickets: list[Ticket]) -> str:
    """A list of live tickets as a page of Markdown."""
    lines = ["# Live tickets", "", "| ticket | what | owner | opened | age |", "| --- | --- | --- | --- | --- |"]
    for ticket in tickets:
        link = f"[{ticket.id}]({ticket.id}.md)"
        owner = safe(ticket.assignee_name)
        lines.append(f"| {link} | {safe(ticket.title)} | {owner} | {ticket.opened_on} | {ticket.ageing} |")
    return "\n".join([*lines, ""])
