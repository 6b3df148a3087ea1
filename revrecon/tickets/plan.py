"""Planning, apart from doing: what an outlet has to be told about the tickets, given what it was told before."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from revrecon.entity_map.model import EntityMap
from revrecon.tickets.model import Ticket
from revrecon.tickets.outbox import Message

_TICKET = TypeAdapter(Ticket)

Told = Mapping[str, tuple[int, str]]
"""Per subject the number and the fingerprint of the newest message of an outlet, told or waiting."""


def plan_tickets(
    entity_map: EntityMap, outlet: str, told: Told, tickets: Iterable[Ticket], now: datetime, at_once: bool = False
) -> list[Message]:
    """The messages that bring an outlet up to date, in the order of the tickets' ids; none where nothing changed.

    A ticket goes out on the business morning on which it opens, at the hour of the map's `rhythms.tickets`; `at_once`
    for outlets that are only our own files. One that was resolved before anyone was told of it is not told at all.
    """
    wanted = _shown_by(entity_map, outlet, tickets)
    planned = [_message(entity_map, outlet, told.get(ticket.id), ticket, now, at_once) for ticket in wanted]
    return [message for message in planned if message is not None]


def _shown_by(entity_map: EntityMap, outlet: str, tickets: Iterable[Ticket]) -> list[Ticket]:
    tracker = entity_map.trackers.get(outlet)
    entities: Collection[str] = tracker.entities if tracker is not None else ()
    chosen = [ticket for ticket in tickets if not entities or ticket.entity in entities]
    return sorted(chosen, key=lambda ticket: ticket.id)


def _message(
    entity_map: EntityMap, outlet: str, told: tuple[int, str] | None, ticket: Ticket, now: datetime, at_once: bool
) -> Message | None:
    body = written(ticket)
    fingerprint = hashlib.blake2b(body.encode(), digest_size=16).hexdigest()
    number, last = told or (0, "")
    if last == fingerprint or (told is None and not ticket.live and not at_once):
        return None
    key = f"{outlet}|{ticket.id}|{number + 1}"
    due = now if at_once or not ticket.live else morning(entity_map, ticket.opened_on)
    return Message(key, outlet, ticket.id, number + 1, fingerprint, body, now, due)


def morning(entity_map: EntityMap, day: date) -> datetime:
    """A day at the hour of the map's `rhythms.tickets`, in the company's zone."""
    return at_hour(day, entity_map.rhythms.tickets.at, entity_map.company.zone)


def at_hour(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """A day and an hour of a zone as a moment."""
    return datetime.combine(day, hour, tzinfo=zone)


def written(ticket: Ticket) -> str:
    """A ticket as the text of a message."""
    return _TICKET.dump_json(ticket).decode()


def read(body: str) -> Ticket:
    """The ticket that a message is about."""
    return _TICKET.validate_json(body)
