"""What people did with our tickets in a tracker comes back into the ledger as acts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from revrecon.tickets.acts import act_id
from revrecon.tickets.links import Link, Links
from revrecon.tickets.model import Act, Deed, Ticket
from revrecon.tickets.trackers.contract import Remote, Seen, Tracker


@dataclass(frozen=True)
class ReadBack:
    """What was found in a tracker: acts of people, states that they changed, and tickets that are no longer there."""

    acts: tuple[Act, ...]
    seen: tuple[tuple[str, Remote], ...]
    gone: tuple[str, ...]


def read_back(
    outlet: str, tracker: Tracker, links: Links, tickets: Mapping[str, Ticket], day: date, now: datetime
) -> ReadBack:
    """Ask a tracker for every ticket that is live here or was not yet resolved there. Raises Trouble."""
    acts: list[Act] = []
    seen, gone = [], []
    for link in links.all(outlet):
        ticket = tickets.get(link.ticket)
        if link.place is None or ticket is None or not (ticket.live or link.state != "resolved"):
            continue
        remote = tracker.read_back(link.ticket, link.place, link.claimed_at)
        if remote is None:
            gone.append(link.ticket)
            continue
        if _moved(link.state, remote.state):
            seen.append((link.ticket, remote))
        acts += acts_in(outlet, link, remote, ticket, day, now)
    return ReadBack(tuple(acts), tuple(seen), tuple(gone))


def _moved(left: Seen, found: Seen) -> bool:
    """Whether someone moved it: a tracker that knows no `acknowledged` shows what we set so as open."""
    return left != found and (left, found) != ("acknowledged", "open")


def acts_in(outlet: str, link: Link, remote: Remote, ticket: Ticket, day: date, now: datetime) -> Iterator[Act]:
    """What differs between a ticket in a tracker and the way in which we left it there."""

    def act(deed: Deed, by: str, why: str, name: str = "") -> Act:
        made = name or act_id(ticket.id, day, deed, by, why)
        return Act(made, ticket.id, day, deed, by, why, now, source=outlet)

    there = f"in {outlet}, {remote.place.external_id}"
    by = remote.changed_by or outlet
    if remote.state == "resolved" and link.state != "resolved" and ticket.live:
        yield act("resolve", by, f"Closed {there}")
    if remote.state == "acknowledged" and link.state == "open" and ticket.state == "open":
        yield act("acknowledge", by, f"Taken up {there}")
    if remote.state != "resolved" and link.state == "resolved":
        yield act("comment", by, f"Opened again {there}")
    for remark in remote.remarks:
        name = f"{outlet}|{link.ticket}|remark {remark.id}"
        yield act("comment", remark.author or outlet, remark.text, name)
