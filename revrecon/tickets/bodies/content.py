"""What a ticket says to people outside: no addresses, no personal values."""

import re
from dataclasses import dataclass

from revrecon.tickets.model import Ticket, WorstRecord

COLUMNS = ("record", "field", "expected", "observed", "amount", "finding")
_ADDRESS = re.compile(r"([\w.+-])[\w.+-]*@[\w-]+(?:\.[\w-]+)*")
_LONGEST = 200


@dataclass(frozen=True)
class Content:
    """A title, labelled facts, what to do, and a table of records, all plain text on single lines."""

    title: str
    facts: tuple[tuple[str, str], ...]
    what_to_do: str
    records: tuple[tuple[str, ...], ...]  # cells under COLUMNS


def content_of(ticket: Ticket) -> Content:
    """What a ticket says outside the house: the owner by name only, addresses in keys and values masked."""
    facts = [
        ("State", state_of(ticket)),
        ("Owner", ticket.assignee_name),
        ("Opened", f"{ticket.opened_on} (in breach since {ticket.first_breach}; age {ticket.ageing} days)"),
        ("Measured", ticket.measure),
        ("Oldest record", f"since {ticket.since}" if ticket.since else "unknown"),
    ]
    facts += [(label, told) for label, told in (("Report", ticket.report), ("In Dagster", ticket.run)) if told]
    facts += [("Escalated to", f"{step.name} ({step.role}) on {step.due}") for step in ticket.escalations]
    return Content(
        title=plain(ticket.title),
        facts=tuple((label, plain(value)) for label, value in facts),
        what_to_do=plain(ticket.what_to_do),
        records=tuple(_cells(record) for record in ticket.worst),
    )


def state_of(ticket: Ticket) -> str:
    """`acknowledged by fiona, reopened 2 times`."""
    told: str = ticket.state
    if ticket.state == "resolved":
        told = f"resolved on {ticket.resolved_on}" + (f" by {ticket.closed_by}" if ticket.closed_by else "")
    elif ticket.state == "acknowledged":
        told = f"acknowledged by {ticket.acknowledged_by}"
    elif ticket.state == "snoozed":
        told = f"snoozed until {ticket.snoozed_until}"
    times = "" if ticket.reopened == 1 else "s"
    return told + (f", reopened {ticket.reopened} time{times}" if ticket.reopened else "")


def plain(value: object) -> str:
    """A value on one line, of bounded length, without control characters, e-mail addresses masked: `a***@***`."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in str(value)).split())
    masked = _ADDRESS.sub(r"\1***@***", line)
    return masked if len(masked) <= _LONGEST else masked[: _LONGEST - 1] + "…"


def _cells(record: WorstRecord) -> tuple[str, ...]:
    amount = "" if record.amount is None else f"{record.amount:,.2f}"
    observed = "; ".join(part for part in (record.observed, record.why) if part)
    cells = (record.record, record.field, record.expected, observed, amount, record.signature)
    return tuple("" if cell is None else plain(cell) for cell in cells)
