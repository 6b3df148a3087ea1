"""Three verbs that every tracker knows."""

from collections.abc import Sequence
from typing import Protocol

from revrecon.tickets.model import Ticket
from revrecon.tickets.plan import Action


class Tracker(Protocol):
    """A place that shows tickets; every verb may be told twice and then changes nothing."""

    def open(self, ticket: Ticket) -> None:
        """Show a ticket as open, whether it is new or comes back."""
        ...

    def update(self, ticket: Ticket) -> None:
        """Show what changed."""
        ...

    def resolve(self, ticket: Ticket) -> None:
        """Show that it recovered."""
        ...


def carry_out(plan: Sequence[Action], tracker: Tracker) -> None:
    """Do what was planned."""
    for action in plan:
        if action.deed == "resolve":
            tracker.resolve(action.ticket)
        elif action.deed == "update":
            tracker.update(action.ticket)
        else:
            tracker.open(action.ticket)
