"""What people do at the tickets: look one up, act on it, send what is due; each act counts at once everywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from revrecon.daily.home import Home
from revrecon.entity_map.model import EntityMap
from revrecon.tickets.acts import ActRefused, act_on
from revrecon.tickets.delivery import Clock, Delivered, utc_now
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.model import Act, Deed, Ticket
from revrecon.tickets.notices import heartbeat, heartbeat_due
from revrecon.tickets.post import PostOffice


@dataclass(frozen=True)
class TicketDesk:
    """The tickets of one home, as they stand after its newest day or an earlier one."""

    map: EntityMap
    home: Home
    day: date | None = None
    clock: Clock = utc_now

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.home.ledger)

    @cached_property
    def office(self) -> PostOffice:
        return PostOffice(self.map, self.home.ledger, self.home.root, self.clock)

    @property
    def as_of(self) -> date:
        """The day asked for, or the newest one. Raises ActRefused before any day was run."""
        day = self.day or self.ledger.last_day()
        if day is None:
            raise ActRefused("No day was reconciled yet, so there are no tickets. Run one: revrecon run.")
        return day

    def tickets(self) -> list[Ticket]:
        """Every ticket that was ever opened, live ones first."""
        return self.ledger.tickets(self.map, self.as_of)

    def ticket(self, name: str) -> Ticket:
        """A ticket by its id or the beginning of it. Raises ActRefused."""
        wanted = name.upper()
        found = self.ledger.tickets_named(self.map, self.as_of, wanted)
        if len(found) != 1:
            count = "No ticket begins" if not found else f"{len(found)} tickets begin"
            raise ActRefused(f"{count} with '{name}' on {self.as_of}. See them all: revrecon tickets list --all.")
        return found[0]

    def act(self, name: str, deed: Deed, by: str, why: str, until: date | None = None) -> Ticket:
        """Keep what someone did and bring every outlet up to date with it; the ticket as it then is."""
        act = act_on(self.map, self.ticket(name), self.as_of, deed, by, why, until, self.clock())
        self.ledger.act([act])
        self.file_away()
        return self.ticket(act.ticket)

    def history(self, ticket: Ticket) -> list[Act]:
        """What people did with a ticket, here and in trackers."""
        return self.ledger.acts(ticket.id)

    def file_away(self) -> None:
        """Our own files and table show the newest day, whatever day is looked at."""
        self.office.file_away(self.ledger.tickets(self.map, self.ledger.last_day() or self.as_of))

    def send(self, until: datetime | None = None, again: bool = False) -> list[Delivered]:
        """Bring home what people did in trackers, then send what is due everywhere, the heartbeat among it."""
        day = self.ledger.last_day()
        told: list[Delivered] = []
        if day is not None:
            before = self.ledger.tickets(self.map, day)
            told += _with_troubles(self.office.read_back(self.ledger, self.map.trackers, before))
            self.file_away()
        self.beat()
        return [*told, *self.office.deliver(self.office.remote, until, again)]

    def beat(self) -> int:
        """Put today's heartbeat into the outbox when its hour has come; how many channels had not had it."""
        today = heartbeat_due(self.map, self.clock())
        if today is None or self.map.alerts is None or self.map.alerts.heartbeat is None:
            return 0
        day, outbox = self.ledger.last_day(), self.office.outbox
        live = len(self.ledger.tickets(self.map, day, live=True)) if day else 0
        stuck = sum(message.problem is not None for message in outbox.waiting())
        return self.office.tell(heartbeat(self.map, today, live, stuck, day), self.map.alerts.heartbeat.channels)


def _with_troubles(reports: Iterable[Delivered]) -> list[Delivered]:
    return [report for report in reports if report.troubles]
