"""Three verbs that every tracker knows: create, update, read back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from revrecon.tickets.model import Ticket

Seen = Literal["open", "acknowledged", "resolved"]
"""A ticket's state in words that every tracker has; one that knows no `acknowledged` shows it as open."""


@dataclass(frozen=True)
class Place:
    """Where a ticket is in a tracker: its id there, and its address for people (may be empty)."""

    external_id: str
    url: str = ""


@dataclass(frozen=True)
class Shown:
    """A ticket as it is to be shown, the idempotency key of this telling, and how often it was told before."""

    ticket: Ticket
    key: str
    number: int

    @property
    def state(self) -> Seen:
        return seen_as(self.ticket)


@dataclass(frozen=True)
class Remark:
    """What a person wrote below a ticket in a tracker."""

    id: str
    author: str
    text: str


@dataclass(frozen=True)
class Remote:
    """A ticket as it was read back. `marked`: it still carries our id, by which it can be found again."""

    place: Place
    state: Seen
    marked: bool = True
    changed_by: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Habits:
    """How far a tracker's create and read-back can be relied on.

    `repeatable`: telling twice, under whatever key, makes one ticket; then `create` alone is used, and nothing is read
    back unless asked. `settle`: how long after a create whose answer was lost an absence is not believed: the request
    may still be under way, or the listing behind.
    """

    repeatable: bool = False
    settle: timedelta = timedelta(0)


class Tracker(Protocol):
    """A place that shows tickets. Every verb raises Trouble of the kind that says what is known of the other side."""

    habits: Habits

    def create(self, shown: Shown) -> Place:
        """Make the ticket, open, carrying our id. Raises TryLater, Unsure or Refused."""
        ...

    def update(self, shown: Shown, place: Place, move: bool) -> None:
        """Show what changed; told twice it changes nothing. `move`: set the state as well. Raises Gone too."""
        ...

    def read_back(self, ticket: str, place: Place | None, since: datetime) -> Remote | None:
        """The ticket at a place or, without one, the ticket made since a moment that carries our id; None: not there.

        The id is compared exactly, and never searched in an index that lags behind without `habits.settle` saying so.
        """
        ...


def seen_as(ticket: Ticket) -> Seen:
    """A ticket's state as a tracker shows it: a snoozed one stays open there."""
    if ticket.state == "resolved":
        return "resolved"
    return "acknowledged" if ticket.state == "acknowledged" else "open"
