"""Owners' records over a quarter: what they had open, how old it grew, how fast it went, what came true."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median, quantiles

from revrecon.audit.quarter import Quarter
from revrecon.entity_map.model import EntityMap
from revrecon.tickets.fold import Judgement, ticket_id
from revrecon.tickets.model import AGEING, Act, Ticket, ageing


@dataclass(frozen=True)
class Life:
    """One life of a ticket: from the first day in breach to the day on which it recovered or was closed."""

    ticket: str
    key: str
    opened: date
    closed: date | None


@dataclass(frozen=True)
class OwnerRecord:
    """One owner's quarter. Times to resolve are in days; None where nothing was resolved or claimed."""

    owner: str
    entities: tuple[str, ...]
    live: int
    gross: Decimal  # money on live tickets, of those that touch any
    ages: Mapping[str, int]
    opened: int
    resolved: int
    reopened: int
    median_days: float | None
    slow_days: float | None  # nine of ten were resolved within
    escalated: int
    claims_kept: float | None  # share of timing claims that came true
    claims: int


def lives(facts: Iterable[Judgement], acts: Iterable[Act]) -> list[Life]:
    """Every life of every ticket, from its verdicts and what people did; in the order of their beginnings."""
    done: dict[str, list[Act]] = {}
    for act in acts:
        done.setdefault(act.ticket, []).append(act)
    found: list[Life] = []
    by_key: dict[str, list[Judgement]] = {}
    for fact in facts:
        by_key.setdefault(fact.key, []).append(fact)
    for key, days in by_key.items():
        found += _lives(key, sorted(days, key=lambda one: one.day), done.get(ticket_id(key), []))
    return sorted(found, key=lambda one: (one.opened, one.key))


def _lives(key: str, days: Sequence[Judgement], acts: Sequence[Act]) -> list[Life]:
    closings = {act.day for act in acts if act.deed == "resolve"}
    found, opened = [], None
    for fact in days:
        if opened is None and fact.verdict == "breach":
            opened = fact.day
        elif opened is not None and fact.verdict == "pass":
            found.append(Life(ticket_id(key), key, opened, fact.day))
            opened = None
        if opened is not None and fact.day in closings:
            found.append(Life(ticket_id(key), key, opened, fact.day))
            opened = None
    return [*found, Life(ticket_id(key), key, opened, None)] if opened else found


def owner_records(
    entity_map: EntityMap,
    quarter: Quarter,
    tickets: Sequence[Ticket],
    every_life: Sequence[Life],
    claims: Mapping[str, tuple[int, int]],
) -> list[OwnerRecord]:
    """One record per owner, those with most open first.

    `tickets` as of the quarter's end; `claims` per entity how many timing claims were decided, and how many in time.
    """
    owners: dict[str, list[str]] = {}
    for name, entity in entity_map.entities.items():
        owners.setdefault(entity.reconciliation.owner, []).append(name)
    records = [_record(quarter, owner, mine, tickets, every_life, claims) for owner, mine in owners.items()]
    return sorted(records, key=lambda one: (-one.live, -one.gross, one.owner))


def _record(
    quarter: Quarter, owner: str, entities: Sequence[str], tickets: Sequence[Ticket], every_life: Sequence[Life],
    claims: Mapping[str, tuple[int, int]],
) -> OwnerRecord:  # fmt: skip
    live = [one for one in tickets if one.live and one.entity in entities]
    mine = [one for one in every_life if one.key.split("/")[0] in entities]
    opened = [one for one in mine if quarter.first <= one.opened <= quarter.last]
    resolved = [one for one in mine if one.closed is not None and quarter.first <= one.closed <= quarter.last]
    days = [(one.closed - one.opened).days for one in resolved if one.closed is not None]
    again = [one for one in opened if any(other.key == one.key and other.opened < one.opened for other in mine)]
    decided, kept = (sum(claims.get(name, (0, 0))[at] for name in entities) for at in (0, 1))
    buckets = [ageing((quarter.last - one.opened).days) for one in mine if one.closed is None]
    return OwnerRecord(
        owner=owner,
        entities=tuple(entities),
        live=len(live),
        gross=sum((one.gross for one in live if one.gross is not None), Decimal(0)),
        ages={name: buckets.count(name) for name in (*(name for _, name in AGEING), "over 90")},
        opened=len(opened),
        resolved=len(resolved),
        reopened=len(again),
        median_days=median(days) if days else None,
        slow_days=quantiles(days, n=10, method="inclusive")[-1]
        if len(days) > 1
        else (float(days[0]) if days else None),
        escalated=sum(bool(one.escalations) for one in live),
        claims_kept=kept / decided if decided else None,
        claims=decided,
    )
