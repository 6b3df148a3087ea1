"""A ticket is a fold over its days: whatever order the days were run in, the same days give the same ticket."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from revrecon.entity_map.model import EntityMap
from revrecon.tickets.business_days import next_business_morning
from revrecon.tickets.escalation import escalations
from revrecon.tickets.model import Act, State, Ticket, Verdicted, ageing
from revrecon.tickets.wording import measure_of, report_of, run_of, title_of, what_to_do


def ticket_id(key: str) -> str:
    """`RR-` and eight letters that follow from the key alone: the same breach always has the same ticket."""
    digest = hashlib.blake2b(key.encode(), digest_size=5).digest()
    return "RR-" + base64.b32encode(digest).decode()


class Judged(Protocol):
    """A day and its verdict: all of a fact that a ticket's life follows from."""

    @property
    def day(self) -> date: ...

    @property
    def verdict(self) -> str: ...


class Judgement(NamedTuple):
    """What was judged how on a day."""

    key: str
    day: date
    verdict: str


@dataclass
class Life:
    """What became of a key over its days."""

    live: bool = False
    first_breach: date | None = None
    opened_by: date | None = None
    resolved_on: date | None = None
    closed_by: str | None = None
    reopened: int = 0
    acknowledged_by: str | None = None
    snoozed_on: date | None = None
    snoozed_until: date | None = None
    last_day: date | None = None  # whose fact the ticket tells of


def fold_ticket(
    entity_map: EntityMap, days: Iterable[Verdicted], as_of: date, acts: Iterable[Act] = ()
) -> Ticket | None:
    """The ticket after a key's days, and what people did with it, up to `as_of`; None when it was never in breach.

    A breach opens it, or reopens the same one, also after someone closed it by hand; a pass resolves it; a warning
    keeps it as it is, so that a measure near its limit does not flap; a day that was not run changes nothing.
    """
    facts = {fact.day: fact for fact in days}
    life = life_of(facts.values(), as_of, acts)
    return ticket_of(entity_map, life, facts[life.last_day], as_of) if life.last_day else None


def life_of(days: Iterable[Judged], as_of: date, acts: Iterable[Act] = ()) -> Life:
    """The life of a ticket after a key's days, whatever their order; without a `last_day` it was never in breach."""
    life = Life()
    events: list[Judged | Act] = [*days, *acts]
    for event in sorted(events, key=_in_time):
        if event.day > as_of:
            break
        if isinstance(event, Act):
            _act_on(life, event)
        else:
            _live_on(life, event)
    return life


def _in_time(event: Judged | Act) -> tuple[date, int, str, str]:
    """Facts of a day come before what people did when they had seen them."""
    return (event.day, 1, event.at.isoformat(), event.id) if isinstance(event, Act) else (event.day, 0, "", "")


def _live_on(life: Life, fact: Judged) -> None:
    if fact.verdict == "breach":
        if not life.live:
            _begin(life, fact.day)
        life.last_day = fact.day
    elif life.live and fact.verdict == "warn":
        life.last_day = fact.day
    elif life.live and fact.verdict == "pass":
        life.live, life.resolved_on = False, fact.day


def _begin(life: Life, day: date) -> None:
    life.reopened += life.first_breach is not None
    life.first_breach = life.first_breach or day
    life.live, life.opened_by, life.resolved_on, life.closed_by = True, day, None, None
    life.acknowledged_by = life.snoozed_on = life.snoozed_until = None


def _act_on(life: Life, act: Act) -> None:
    """Only a live ticket can be acted on; what is done to another one is kept and changes nothing."""
    if not life.live or act.deed == "comment":
        return
    if act.deed == "acknowledge":
        life.acknowledged_by = act.by
    elif act.deed == "snooze":
        life.snoozed_on, life.snoozed_until = act.day, act.until
    else:
        life.live, life.resolved_on, life.closed_by = False, act.day, act.by


def _asleep(life: Life, as_of: date) -> bool:
    """Whether the morning after a day is still before the one on which the ticket is back."""
    return life.live and life.snoozed_until is not None and as_of + timedelta(days=1) < life.snoozed_until


def _state(life: Life, as_of: date) -> State:
    if not life.live:
        return "resolved"
    if _asleep(life, as_of):
        return "snoozed"
    return "acknowledged" if life.acknowledged_by else "open"


def _escalated_by(life: Life, as_of: date) -> date:
    """The day whose age counts for the ladder: a snoozed ticket climbs no further."""
    return life.snoozed_on if life.snoozed_on is not None and _asleep(life, as_of) else as_of


def ticket_of(entity_map: EntityMap, life: Life, last: Verdicted, as_of: date) -> Ticket:
    """The ticket of a life that was in breach; `last` is the fact of its `last_day`."""
    assert life.first_breach is not None
    assert life.opened_by is not None
    owner = _who_answers(entity_map, last)
    person = entity_map.people.get(owner)
    end = life.resolved_on or as_of
    climbed = escalations(
        entity_map, owner, life.opened_by, _escalated_by(life, as_of), life.acknowledged_by is not None
    )
    return Ticket(
        id=ticket_id(last.key),
        key=last.key,
        state=_state(life, as_of),
        title=title_of(entity_map, last),
        owner=owner,
        assignee_name=person.name if person else owner,
        assignee_email=person.email if person else "",
        opened_on=next_business_morning(life.opened_by, entity_map.rhythms.holidays),
        first_breach=life.first_breach,
        last_seen=last.day,
        resolved_on=life.resolved_on,
        reopened=life.reopened,
        ageing=ageing((end - life.opened_by).days),
        measure=measure_of(last),
        what_to_do=what_to_do(entity_map, last),
        since=last.since,
        gross=last.gross,
        worst=last.worst,
        acknowledged_by=life.acknowledged_by,
        snoozed_until=life.snoozed_until if _asleep(life, as_of) else None,
        closed_by=life.closed_by,
        escalations=climbed if life.live else (),
        report=report_of(entity_map, last),
        run=run_of(entity_map, last),
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
