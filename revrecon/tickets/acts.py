"""What a person may do with a ticket, checked before it is kept."""

import hashlib
from datetime import UTC, date, datetime, timedelta

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import did_you_mean
from revrecon.tickets.model import Act, Deed, Ticket

LONGEST_SNOOZE = timedelta(days=92)


class ActRefused(Exception):
    """What was asked for cannot be done with this ticket."""


def act_on(
    entity_map: EntityMap, ticket: Ticket, day: date, deed: Deed, by: str, why: str,
    until: date | None = None, now: datetime | None = None,
) -> Act:  # fmt: skip
    """What someone did with a ticket as it stood on a day. Raises ActRefused with the reason and the next step."""
    _require_a_person(entity_map, by)
    if not why.strip():
        raise ActRefused("The reason is missing: say with --why what whoever asks in a year should know.")
    if deed != "comment" and not ticket.live:
        raise ActRefused(f"{ticket.id} was resolved on {ticket.resolved_on}; it comes back by itself with the breach.")
    if deed == "snooze":
        _require_an_end(day, until)
    moment = now or datetime.now(UTC)
    return Act(act_id(ticket.id, day, deed, by, why, until), ticket.id, day, deed, by, why, moment, until)


def act_id(ticket: str, day: date, deed: str, by: str, why: str, until: date | None = None) -> str:
    """The same act has the same name, so that entering it twice changes nothing."""
    told = "\x1f".join(map(str, (ticket, day, deed, by, why, until)))
    return "ACT-" + hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def _require_a_person(entity_map: EntityMap, by: str) -> None:
    if by not in entity_map.people:
        near = did_you_mean(by, entity_map.people) or f"people of the map: {', '.join(entity_map.people)}"
        raise ActRefused(f"'{by}' is no person of the map; {near}. Name who does it with --by.")


def _require_an_end(day: date, until: date | None) -> None:
    first, last = day + timedelta(days=2), day + LONGEST_SNOOZE
    if until is None or not first <= until <= last:
        raise ActRefused(f"A snooze has an end: name a morning from {first} to {last} with --until.")
