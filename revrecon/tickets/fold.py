"""A ticket is a fold over its days: whatever order the days were run in, the same days give the same ticket."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from revrecon.entity_map.model import EntityMap
from revrecon.tickets.business_days import next_business_morning
from revrecon.tickets.model import State, Ticket, Verdicted, ageing
from revrecon.tickets.wording import measure_of, title_of, what_to_do


def ticket_id(key: str) -> str:
    """`RR-` and six letters that follow from the key alone: the same breach always has the same ticket."""
    digest = hashlib.blake2b(key.encode(), digest_size=5).digest()
    return "RR-" + base64.b32encode(digest).decode()[:6]


@dataclass
class _Life:
    state: State | None = None
    first_breach: date | None = None
    opened_by: date | None = None
    resolved_on: date | None = None
    reopened: int = 0
    last: Verdicted | None = None


def fold_ticket(entity_map: EntityMap, days: Iterable[Verdicted], as_of: date) -> Ticket | None:
    """The ticket after a key's days up to `as_of`; None when it was never in breach.

    A breach opens it, or reopens the same one; a pass resolves it; a warning keeps it as it is, so that a measure near
    its limit does not flap; a day that was not run changes nothing.
    """
    life = _Life()
    for fact in sorted(days, key=lambda one: one.day):
        if fact.day <= as_of:
            _live_on(life, fact)
    if life.state is None or life.last is None or life.first_breach is None or life.opened_by is None:
        return None
    return _ticket(entity_map, life, life.last, life.first_breach, life.opened_by, as_of)


def _live_on(life: _Life, fact: Verdicted) -> None:
    if fact.verdict == "breach":
        life.first_breach = life.first_breach or fact.day
        if life.state != "open":
            life.reopened += life.state == "resolved"
            life.state, life.opened_by, life.resolved_on = "open", fact.day, None
        life.last = fact
    elif life.state == "open" and fact.verdict == "warn":
        life.last = fact
    elif life.state == "open" and fact.verdict == "pass":
        life.state, life.resolved_on = "resolved", fact.day


def _ticket(
    entity_map: EntityMap, life: _Life, last: Verdicted, first_breach: date, opened_by: date, as_of: date
) -> Ticket:
    owner = _who_answers(entity_map, last)
    person = entity_map.people.get(owner)
    end = life.resolved_on or as_of
    return Ticket(
        id=ticket_id(last.key),
        key=last.key,
        state=life.state or "open",
        title=title_of(entity_map, last),
        owner=owner,
        assignee_name=person.name if person else owner,
        assignee_email=person.email if person else "",
        opened_on=next_business_morning(opened_by, entity_map.rhythms.holidays),
        first_breach=first_breach,
        last_seen=last.day,
        resolved_on=life.resolved_on,
        reopened=life.reopened,
        ageing=ageing((end - opened_by).days),
        measure=measure_of(last),
        what_to_do=what_to_do(entity_map, last),
        since=last.since,
        gross=last.gross,
        worst=last.worst,
    )


def _who_answers(entity_map: EntityMap, fact: Verdicted) -> str:
    """The owner of the entity; for a figure that cannot be reproduced the representative of the system it is from."""
    entity = entity_map.entities.get(fact.entity)
    if entity is None:
        return ""
    copy = entity.replication.get(fact.copy)
    if fact.cause == "definition.unreproduced" and copy is not None:
        return entity_map.systems[entity_map.system_of(fact.copy, copy)].representative
    return entity.reconciliation.owner
