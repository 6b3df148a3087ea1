"""Planning, apart from doing: what a day's facts change about the tickets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from revrecon.tickets.model import Ticket

Deed = Literal["open", "update", "resolve", "reopen"]


@dataclass(frozen=True)
class Action:
    """One thing to do in a tracker."""

    deed: Deed
    ticket: Ticket


def plan_tickets(before: Iterable[Ticket], after: Sequence[Ticket]) -> list[Action]:
    """What turns the tickets of before into those of after, in the order of their keys; nothing where they agree."""
    known = {ticket.key: ticket for ticket in before}
    plan = [_action(known.get(ticket.key), ticket) for ticket in sorted(after, key=lambda one: one.key)]
    return [action for action in plan if action is not None]


def _action(old: Ticket | None, new: Ticket) -> Action | None:
    if old == new:
        return None
    if old is None:
        return Action("open", new) if new.state == "open" else None
    if old.state == "open" and new.state == "resolved":
        return Action("resolve", new)
    if old.state == "resolved" and new.state == "open":
        return Action("reopen", new)
    return Action("update", new) if new.state == "open" else None
