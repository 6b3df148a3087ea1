"""Alerts: a notice for every change of a ticket's state that someone must know of, each with its own lasting key."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import TypeAdapter

from revrecon.entity_map.model import EntityMap
from revrecon.tickets.bodies.content import Content, content_of, plain
from revrecon.tickets.model import Ticket
from revrecon.tickets.outbox import Message
from revrecon.tickets.plan import Told, at_hour, morning


@dataclass(frozen=True)
class Notice:
    """Something that people are told once: subject and number make it the same one however often it is seen."""

    subject: str  # one life of a ticket, or what else it is about
    number: int  # of one subject only the highest number is told
    content: Content
    people: tuple[str, ...]  # e-mail addresses, for channels that know people
    good_news: bool = False


_NOTICE = TypeAdapter(Notice)


_OPENED, _FIRST_STEP, _RESOLVED = 1, 2, 1000


def ticket_notices(ticket: Ticket) -> Iterator[tuple[Notice, date | None]]:
    """What must be known of a ticket as it stands, and the business morning for it (None: at once).

    Every life of a ticket is opened once, climbs each step of the ladder once, and ends once.
    """
    people = (ticket.assignee_email, *(step.email for step in ticket.escalations))
    if not ticket.live:
        told = "Closed" if ticket.closed_by else "Recovered"
        yield _about(ticket, _RESOLVED, told, people, good_news=True), None
    elif ticket.state != "snoozed":
        yield _about(ticket, _OPENED, "Reopened" if ticket.reopened else "New", people[:1]), ticket.opened_on
        for place, step in enumerate(ticket.escalations, 2):
            told = "Still open" if step.role == "owner" else f"Escalated to {step.name}"
            yield _about(ticket, _FIRST_STEP + step.step, told, people[:place]), step.due


def _about(ticket: Ticket, number: int, told: str, people: Sequence[str], good_news: bool = False) -> Notice:
    content = content_of(ticket)
    titled = replace(content, title=f"{told}: {content.title} ({ticket.id})")
    to = tuple(dict.fromkeys(person for person in people if person))
    return Notice(f"{ticket.id}|{ticket.life}", number, titled, to, good_news)


def told_notice(
    subject: str, title: str, facts: Sequence[tuple[str, str]], what_to_do: str, people: Iterable[str]
) -> Notice:
    """A notice about something else than a ticket, such as a run that failed."""
    cells = tuple((label, plain(value)) for label, value in facts)
    return Notice(subject, 1, Content(plain(title), cells, plain(what_to_do), ()), tuple(people))


def plan_notices(
    entity_map: EntityMap, outlet: str, told: Told, tickets: Iterable[Ticket], now: datetime
) -> list[Message]:
    """The messages of a channel for the tickets as they stand; none that it has had before.

    Good news is for those who had the bad: the end of a life is told where something else of it was.
    """
    fresh = []
    for ticket in tickets:
        for notice, due in ticket_notices(ticket):
            had, _ = told.get(notice.subject, (0, ""))
            if had < notice.number and (had or not notice.good_news):
                fresh.append(as_message(outlet, notice, now, morning(entity_map, due) if due else now))
    return fresh


def as_message(outlet: str, notice: Notice, now: datetime, due: datetime | None = None) -> Message:
    """A notice on its way to a channel, now or when it is due."""
    body = _NOTICE.dump_json(notice).decode()
    fingerprint = hashlib.blake2b(body.encode(), digest_size=16).hexdigest()
    key = f"{outlet}|{notice.subject}|{notice.number}"
    return Message(key, outlet, notice.subject, notice.number, fingerprint, body, now, due or now)


def read_notice(body: str) -> Notice:
    """The notice that a message carries."""
    return _NOTICE.validate_json(body)


def heartbeat(entity_map: EntityMap, day: date, live: int, stuck: int, last_day: date | None) -> Notice:
    """The daily sign of life; whoever does not get it knows that alerting is broken."""
    facts = [
        ("Live tickets", str(live)),
        ("Messages with a trouble", str(stuck)),
        ("Last day reconciled", str(last_day or "none")),
    ]
    title = f"Alerting of {entity_map.company.name} works ({day})"
    return told_notice(
        f"heartbeat|{day}",
        title,
        facts,
        "Nothing. If this message stays out one day, look why.",
        engineers_addresses(entity_map),
    )


def heartbeat_due(entity_map: EntityMap, now: datetime) -> date | None:
    """The day whose heartbeat is due at a moment; None before its hour, or where the map asks for none."""
    beat = entity_map.alerts.heartbeat if entity_map.alerts else None
    if beat is None:
        return None
    here = now.astimezone(entity_map.company.zone)
    return here.date() if here >= at_hour(here.date(), beat.at, entity_map.company.zone) else None


def engineers_addresses(entity_map: EntityMap) -> tuple[str, ...]:
    """Whom troubles of the machinery go to."""
    asked = entity_map.alerts.engineers if entity_map.alerts else None
    return tuple(entity_map.people[name].email for name in (asked.people if asked else ()))
