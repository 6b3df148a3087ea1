"""The post office: which outlets there are, what each has to be told, and the passes that tell it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import httpx

from revrecon.entity_map.model import EntityMap
from revrecon.history.atomic import write_text
from revrecon.tickets.alerts.contract import Channel
from revrecon.tickets.alerts.registry import open_channel
from revrecon.tickets.delivery import (
    Carrier,
    Clock,
    Delivered,
    NoticeCarrier,
    RepeatableCarrier,
    TicketCarrier,
    deliver,
    utc_now,
)
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.links import Links
from revrecon.tickets.model import Ticket
from revrecon.tickets.notices import Notice, as_message, plan_notices
from revrecon.tickets.outbox import Message, Outbox
from revrecon.tickets.plan import plan_tickets
from revrecon.tickets.readback import ReadBack, read_back
from revrecon.tickets.trackers.contract import Tracker
from revrecon.tickets.trackers.markdown import MarkdownTracker, index
from revrecon.tickets.trackers.registry import open_tracker
from revrecon.tickets.trackers.table import TableTracker
from revrecon.tickets.trouble import SecretMissing, Trouble

LOCAL = ("files", "ledger")
"""The trackers that are always there: Markdown files in the home, and a table in the ledger."""


@dataclass(frozen=True)
class PostOffice:
    """Everything that goes out for one map and one home."""

    map: EntityMap
    ledger_url: str
    home: Path
    clock: Clock = utc_now
    transport: httpx.BaseTransport | None = None

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.ledger_url)

    @cached_property
    def links(self) -> Links:
        return Links(self.ledger_url)

    @property
    def remote(self) -> tuple[str, ...]:
        """Trackers and channels of the map, in its order."""
        return (*self.map.trackers, *(self.map.alerts.channels if self.map.alerts else ()))

    def tracker(self, outlet: str) -> Tracker:
        """A tracker by its name. Raises SecretMissing."""
        if outlet == "files":
            return MarkdownTracker(self.home / "reports" / "tickets")
        if outlet == "ledger":
            return TableTracker(self.ledger_url)
        return open_tracker(self.map.trackers[outlet], self.home, self.transport)

    def channel(self, outlet: str) -> Channel:
        """A channel by its name. Raises SecretMissing."""
        assert self.map.alerts is not None
        return open_channel(self.map.alerts.channels[outlet], self.home, self.transport)

    def plan(self, tickets: Sequence[Ticket]) -> int:
        """Put into the outbox what every outlet has to be told of the tickets; how many messages were new."""
        outbox, now = self.outbox, self.clock()
        fresh: list[Message] = []
        for outlet in (*LOCAL, *self.map.trackers):
            fresh += plan_tickets(self.map, outlet, outbox.told(outlet), tickets, now, at_once=outlet in LOCAL)
        for outlet in self.map.alerts.channels if self.map.alerts else ():
            fresh += plan_notices(self.map, outlet, outbox.told(outlet), self._concerning(outlet, tickets), now)
        return outbox.add(fresh)

    def _concerning(self, channel: str, tickets: Iterable[Ticket]) -> list[Ticket]:
        """Owners' channels are told of every ticket, the engineers' of missed deadlines."""
        alerts = self.map.alerts
        owners = alerts is not None and channel in alerts.owners
        engineers = alerts is not None and alerts.engineers is not None and channel in alerts.engineers.channels
        return [ticket for ticket in tickets if owners or (engineers and ticket.cause == "timing.late")]

    def tell(self, notice: Notice, channels: Iterable[str]) -> int:
        """Put a notice about something else than a ticket into the outbox; how many channels had not had it."""
        now = self.clock()
        return self.outbox.add([as_message(channel, notice, now) for channel in channels])

    def tell_engineers(self, notices: Iterable[Notice]) -> int:
        """Put notices for the engineers' channels into the outbox; 0 where the map names none."""
        asked = self.map.alerts.engineers if self.map.alerts else None
        return sum(self.tell(notice, asked.channels if asked else ()) for notice in notices)

    def file_away(self, tickets: Sequence[Ticket]) -> None:
        """Plan, and bring our own files and table up to date at once; a file that was lost is written again."""
        folder = self.home / "reports" / "tickets"
        lost = self.outbox.told("files").keys() - {path.stem for path in folder.glob("RR-*.md")}
        self.plan(tickets)
        for ticket in lost:
            self.outbox.again("files", ticket, self.clock())
        self.deliver(LOCAL)
        write_text(index([ticket for ticket in tickets if ticket.live]), folder / "index.md")

    def deliver(self, outlets: Iterable[str], until: datetime | None = None, again: bool = False) -> list[Delivered]:
        """A pass over some outlets. `again`: also what met a trouble, without waiting for its time."""
        return [self._pass(outlet, until, again) for outlet in outlets]

    def _pass(self, outlet: str, until: datetime | None, again: bool) -> Delivered:
        outbox = self.outbox
        if again:
            outbox.wake(outlet, self.clock())
        try:
            carrier = self._carrier(outlet)
        except SecretMissing as trouble:
            return Delivered(outlet, waiting=outbox.count(outlet), troubles=[str(trouble)])
        return deliver(outbox, outlet, carrier, self.clock, until)

    def _carrier(self, outlet: str) -> Carrier:
        if outlet in LOCAL or outlet in self.map.trackers:
            tracker = self.tracker(outlet)
            if tracker.habits.repeatable:
                return RepeatableCarrier(outlet, tracker, self.outbox, whole_history=outlet in LOCAL)
            return TicketCarrier(outlet, tracker, self.links)
        return NoticeCarrier(outlet, self.channel(outlet), self.outbox)

    def read_back(self, ledger: Ledger, outlets: Iterable[str], tickets: Sequence[Ticket]) -> list[Delivered]:
        """Bring home what people did in trackers, and tell again what is no longer there."""
        day = ledger.last_day()
        if day is None:
            return []
        by_id, told = {ticket.id: ticket for ticket in tickets}, []
        for outlet in outlets:
            report = Delivered(outlet)
            try:
                found = read_back(outlet, self.tracker(outlet), self.links, by_id, day, self.clock())
            except Trouble as trouble:
                report.troubles.append(str(trouble))
            else:
                report.sent = ledger.act(found.acts)
                self._keep(outlet, found)
            told.append(report)
        return told

    def _keep(self, outlet: str, found: ReadBack) -> None:
        for ticket, remote in found.seen:
            self.links.seen(outlet, ticket, remote.state)
        for ticket in found.gone:
            self.outbox.again(outlet, ticket, self.clock())
