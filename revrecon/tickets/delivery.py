"""Delivery: messages go out one by one, and whatever happens on the way no ticket is lost and none is doubled.

A ticket that is not in our book of links is claimed there before anything is sent. Whoever is killed, or loses the
answer, leaves the claim behind; the next try finds it, waits until an absence can be believed, reads back, and makes
the ticket only where it is not. A tracker is asked once before a ticket's first telling: a ledger from an older backup
has forgotten what it told since.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from revrecon.tickets.alerts.contract import Channel
from revrecon.tickets.links import Link, Links
from revrecon.tickets.model import Ticket
from revrecon.tickets.notices import read_notice
from revrecon.tickets.outbox import Message, Outbox, Outcome
from revrecon.tickets.plan import read
from revrecon.tickets.trackers.contract import Place, Shown, Tracker
from revrecon.tickets.trouble import Gone, NotKnownYet, Refused, SecretMissing, Trouble, TryLater, Unsure

Clock = Callable[[], datetime]

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
_TROUBLES_IN_A_ROW = 3


def utc_now() -> datetime:
    """The clock where no other one is given."""
    return datetime.now(UTC)


@dataclass
class Delivered:
    """How a pass over one outlet went."""

    outlet: str
    sent: int = 0
    waiting: int = 0
    troubles: list[str] = field(default_factory=list)
    in_a_row: int = 0  # troubles since the last message that came through

    @property
    def goes_well(self) -> bool:
        return self.in_a_row < _TROUBLES_IN_A_ROW


class Carrier(Protocol):
    """Carries one message out. Raises Trouble.

    `batch`: how many are taken at once. `shared`: telling twice does no harm, so that nobody need hold a message.
    """

    @property
    def batch(self) -> int: ...

    @property
    def shared(self) -> bool: ...

    def carry(self, message: Message, now: datetime) -> Outcome: ...


def deliver(
    outbox: Outbox, outlet: str, carrier: Carrier, clock: Clock = utc_now, until: datetime | None = None
) -> Delivered:
    """Carry everything of an outlet that is due, or what can be until a moment; troubles are kept with their messages.

    After three troubles in a row, or one that will meet every message, the rest waits for the next pass.
    """
    told = Delivered(outlet)
    while told.goes_well and (until is None or clock() < until):
        taken = outbox.take(outlet, clock(), carrier.batch, carrier.shared)
        if not taken:
            break
        _carry_all(outbox, carrier, taken, clock, told)
    told.waiting = outbox.count(outlet)
    return told


def _carry_all(outbox: Outbox, carrier: Carrier, taken: Sequence[Message], clock: Clock, told: Delivered) -> None:
    """Each is settled as soon as it came through, so that whoever is killed again and again still gets on; where
    telling twice does no harm, all are settled at once. What was not tried any more is given back."""
    done: list[tuple[Message, Outcome]] = []
    for place, message in enumerate(taken):
        if not told.goes_well:
            outbox.give_back(taken[place:])
            break
        came_to = _carried(outbox, carrier, message, clock, told)
        done += [(message, came_to)] if came_to is not None else []
        if not carrier.shared:
            outbox.done(done, clock())
            done = []
    outbox.done(done, clock())


def _carried(outbox: Outbox, carrier: Carrier, message: Message, clock: Clock, told: Delivered) -> Outcome | None:
    """What became of a message; None where it met a trouble, with which it went back."""
    try:
        came_to = carrier.carry(message, clock())
    except Trouble as trouble:
        unsure = isinstance(trouble, Unsure | NotKnownYet)
        outbox.later(message, clock() + _wait(message, trouble), str(trouble), unsure)
        told.troubles.append(str(trouble))
        told.in_a_row += _weight(trouble)
        return None
    told.sent, told.in_a_row = told.sent + (came_to == "sent"), 0
    return came_to


def _weight(trouble: Trouble) -> int:
    """How far a trouble speaks of all messages and not of one."""
    if isinstance(trouble, NotKnownYet):
        return 0
    meets_all = isinstance(trouble, SecretMissing) or (isinstance(trouble, TryLater) and bool(trouble.after))
    return _TROUBLES_IN_A_ROW if meets_all else 1


def _wait(message: Message, trouble: Trouble) -> timedelta:
    """What was asked for, or longer and longer; a refusal waits for a person, and is asked again every hour."""
    if isinstance(trouble, Refused | SecretMissing):
        return _LONGEST_WAIT
    longer: timedelta = min(_FIRST_WAIT * 2 ** min(message.attempts, 10), _LONGEST_WAIT)
    if isinstance(trouble, NotKnownYet):
        return trouble.after
    return max(trouble.after, longer) if isinstance(trouble, TryLater) else longer


class RepeatableCarrier:
    """Carries tickets to a tracker that makes one ticket of however many tellings, so that no book is needed.

    `whole_history`: also those that were resolved before they came; for our own files and table.
    """

    shared = True

    def __init__(self, outlet: str, tracker: Tracker, outbox: Outbox, whole_history: bool = False) -> None:
        self.outlet, self.tracker, self.outbox, self.whole_history = outlet, tracker, outbox, whole_history
        self.batch = 200 if whole_history else 25

    def carry(self, message: Message, now: datetime) -> Outcome:
        ticket = read(message.body)
        if not ticket.live and not self.whole_history and not self.outbox.heard(self.outlet, ticket.id):
            return "nothing to tell"
        self.tracker.create(Shown(ticket, message.key, message.number))
        return "sent"


class TicketCarrier:
    """Carries tickets to one tracker, by the book of links, which makes it harmless to carry one again."""

    batch, shared = 25, False

    def __init__(self, outlet: str, tracker: Tracker, links: Links) -> None:
        self.outlet, self.tracker, self.links = outlet, tracker, links

    def carry(self, message: Message, now: datetime) -> Outcome:
        shown = Shown(read(message.body), message.key, message.number)
        link = self.links.get(self.outlet, message.subject)
        if link is None and message.number == 1:
            link = self._found_again(shown.ticket, now)
        if link is not None and link.place is None:
            link = self._looked_for(link, now)
        if link is not None and self._updated(shown, link):
            return "sent"
        if not shown.ticket.live:
            return "nothing to tell"
        self._create(shown, now)
        return "sent"

    def _found_again(self, ticket: Ticket, now: datetime) -> Link | None:
        """A ticket that is there already: it was made before the ledger was taken back to an older state."""
        since = datetime.combine(ticket.opened_on, time.min, UTC) - timedelta(days=1)
        remote = self.tracker.read_back(ticket.id, None, min(since, now))
        if remote is None:
            return None
        self.links.claim(self.outlet, ticket.id, min(since, now))
        self.links.made(self.outlet, ticket.id, remote.place, remote.state)
        return self.links.get(self.outlet, ticket.id)

    def _looked_for(self, link: Link, now: datetime) -> Link | None:
        """A claim of which nobody knows how it ended, as a link or as nothing. Raises NotKnownYet."""
        remote = self.tracker.read_back(link.ticket, None, link.claimed_at)
        if remote is not None:
            self.links.made(self.outlet, link.ticket, remote.place, remote.state)
            return replace(link, place=remote.place, state=remote.state)
        left = link.tried_at + self.tracker.habits.settle - now
        if left > timedelta(0):
            raise NotKnownYet(f"Whether {link.ticket} was made in {self.outlet} is not known yet.", left)
        self.links.forget(self.outlet, link.ticket)
        return None

    def _create(self, shown: Shown, now: datetime) -> None:
        self.links.claim(self.outlet, shown.ticket.id, now)
        try:
            place = self.tracker.create(shown)
        except Unsure:
            raise
        except Trouble:
            self.links.forget(self.outlet, shown.ticket.id)  # surely not made
            raise
        self.links.made(self.outlet, shown.ticket.id, place, "open")
        self._verify(shown, place, now)
        if shown.state != "open":
            self.tracker.update(shown, place, move=True)
            self.links.seen(self.outlet, shown.ticket.id, shown.state)

    def _verify(self, shown: Shown, place: Place, now: datetime) -> None:
        """A tracker may say that all is well and drop a field: without our id a ticket could not be found again."""
        remote = self.tracker.read_back(shown.ticket.id, place, now)
        if remote is None:
            raise Unsure(f"{self.outlet} said that it made {shown.ticket.id}, and does not have it.")
        if not remote.marked:
            raise Refused(
                f"{self.outlet} made {place.external_id} for {shown.ticket.id} and dropped our id. Let the login set "
                "the field that docs/trackers.md names."
            )

    def _updated(self, shown: Shown, link: Link) -> bool:
        """False where the ticket was deleted there, which a login that has lost its rights cannot know."""
        try:
            self._update(shown, link)
        except Gone:
            remote = self.tracker.read_back(shown.ticket.id, None, link.claimed_at)  # raises Gone without rights
            if remote is None:
                self.links.forget(self.outlet, shown.ticket.id)
                return False
            self.links.made(self.outlet, shown.ticket.id, remote.place, remote.state)
            self._update(shown, replace(link, place=remote.place, state=remote.state))
        return True

    def _update(self, shown: Shown, link: Link) -> None:
        """The state is set only where it changed here: what a person did there since is not undone by the way."""
        assert link.place is not None
        move = shown.state != link.state
        self.tracker.update(shown, link.place, move)
        if move:
            self.links.seen(self.outlet, shown.ticket.id, shown.state)


class NoticeCarrier:
    """Carries alerts to one channel, each settled before the next is taken: an alert has no book."""

    batch, shared = 1, False

    def __init__(self, outlet: str, channel: Channel, outbox: Outbox) -> None:
        self.outlet, self.channel, self.outbox = outlet, channel, outbox

    def carry(self, message: Message, now: datetime) -> Outcome:
        notice = read_notice(message.body)
        if notice.good_news and not self.outbox.heard(self.outlet, notice.subject):
            return "nothing to tell"  # whoever heard of no trouble need not hear that it is over
        since = message.unsure_since
        if since is None or not self.channel.was_sent(notice, message.key, since):
            self.channel.send(notice, message.key)
        return "sent"
