"""The standup pack as data: everything that the meeting needs, before anyone decides how it looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.decisions.proposals import Proposal
from revrecon.entity_map.model import EntityMap
from revrecon.reports.masks import without_personal_data
from revrecon.reports.standup.agenda import AgendaItem, agenda
from revrecon.reports.standup.exceptions import by_age, exceptions_between, moved
from revrecon.tickets.model import Ticket


@dataclass(frozen=True)
class FigureMoved:
    """One figure now and at the last standup; `gap` is what the department's figure lies above the closing one."""

    number: str
    period: str
    definition: str
    unit: str
    decimals: int
    canonical: bool
    now: Decimal
    then: Decimal | None
    gap: Decimal | None
    gap_then: Decimal | None


@dataclass(frozen=True)
class Owed:
    """What the systems of one representative owe: live tickets on their copies, and what moved since last week."""

    person: str
    systems: tuple[str, ...]
    tickets: tuple[Ticket, ...]
    opened: frozenset[str]  # ids of those that were not live at the last standup
    closed: tuple[Ticket, ...]  # live then, resolved now
    moved: pl.DataFrame  # MOVED_SCHEMA
    ages: Mapping[str, int]


@dataclass(frozen=True)
class StandupPack:
    """One week of one company. Frames: exceptions (EXCEPTION_SCHEMA, personal values masked), follow-ups."""

    map: EntityMap
    map_sha: str
    meets_on: date
    as_of: date
    compared_with: date | None
    notes: tuple[str, ...]
    figures: tuple[FigureMoved, ...]
    exceptions: pl.DataFrame
    owed: tuple[Owed, ...]
    proposals: tuple[Proposal, ...]
    follow_ups: pl.DataFrame
    open_by_day: tuple[tuple[date, int], ...]
    agenda: tuple[AgendaItem, ...]

    @property
    def tickets(self) -> list[Ticket]:
        """All live tickets, those of the first representative first."""
        return [ticket for one in self.owed for ticket in one.tickets]


def standup_pack(
    entity_map: EntityMap,
    map_sha: str,
    meets_on: date,
    as_of: date,
    *,
    compared_with: date | None,
    findings: pl.DataFrame,
    findings_then: pl.DataFrame | None,
    tickets: Sequence[Ticket],
    tickets_then: Sequence[Ticket],
    figures: Sequence[FigureMoved],
    proposals: Sequence[Proposal],
    follow_ups: pl.DataFrame,
    open_by_day: Sequence[tuple[date, int]] = (),
    notes: Sequence[str] = (),
) -> StandupPack:
    """Gather a week into a pack; personal values are masked here, so that no rendering can show them.

    `tickets` are those that are live on the day or were closed since the last standup, `tickets_then` those that were
    live then; findings likewise.
    """
    now = without_personal_data(findings, entity_map)
    then = None if findings_then is None else without_personal_data(findings_then, entity_map)
    exceptions = exceptions_between(now, then, as_of)
    owed = tuple(_owed(entity_map, exceptions, tickets, tickets_then))
    return StandupPack(
        map=entity_map,
        map_sha=map_sha,
        meets_on=meets_on,
        as_of=as_of,
        compared_with=compared_with,
        notes=tuple(notes),
        figures=tuple(figures),
        exceptions=exceptions,
        owed=owed,
        proposals=tuple(proposals),
        follow_ups=follow_ups,
        open_by_day=tuple(open_by_day),
        agenda=_agenda(owed, proposals, follow_ups),
    )


def _owed(
    entity_map: EntityMap, exceptions: pl.DataFrame, tickets: Sequence[Ticket], then: Sequence[Ticket]
) -> list[Owed]:
    """One per representative, those with most live tickets first."""
    live_then = {ticket.id for ticket in then if ticket.live}
    systems: dict[str, list[str]] = {}
    for name, system in entity_map.systems.items():
        systems.setdefault(system.representative, []).append(name)
    found = [_owed_by(entity_map, person, mine, exceptions, tickets, live_then) for person, mine in systems.items()]
    return sorted(found, key=lambda one: (-len(one.tickets), one.person))


def _owed_by(
    entity_map: EntityMap,
    person: str,
    systems: list[str],
    exceptions: pl.DataFrame,
    tickets: Sequence[Ticket],
    live_then: set[str],
) -> Owed:
    mine = [ticket for ticket in tickets if system_of(entity_map, ticket) in systems]
    here = exceptions.filter(pl.col("system").is_in(systems))
    live = tuple(ticket for ticket in mine if ticket.live)
    return Owed(
        person=person,
        systems=tuple(systems),
        tickets=live,
        opened=frozenset(ticket.id for ticket in live if ticket.id not in live_then),
        closed=tuple(ticket for ticket in mine if not ticket.live and ticket.id in live_then),
        moved=moved(here),
        ages=by_age(here),
    )


def system_of(entity_map: EntityMap, ticket: Ticket) -> str:
    """The system that a ticket is about; its copy's name where the map no longer has it."""
    entity, name = entity_map.entities.get(ticket.entity), ticket.key.split("/")[1]
    copy = entity.replication.get(name) if entity else None
    return entity_map.system_of(name, copy) if copy else name


def _agenda(owed: Sequence[Owed], proposals: Sequence[Proposal], follow_ups: pl.DataFrame) -> tuple[AgendaItem, ...]:
    new = sum(len(one.opened) for one in owed)
    old = sum(bool(ticket.escalations) or ticket.ageing not in ("0-1", "2-7") for one in owed for ticket in one.tickets)
    told = follow_ups.height
    return agenda(
        [
            (
                2 + told if told else 0,
                AgendaItem(0, "Last decisions: did they work?", f"{told} to look at.", "followed"),
            ),
            (4 + 2 * new if new else 0, AgendaItem(0, "New since last week", f"{new} new in breach.", "owed")),
            (3 + old if old else 0, AgendaItem(0, "Growing old", f"{old} older than a week or escalated.", "ageing")),
            (
                4 + min(len(proposals), 6) if proposals else 0,
                AgendaItem(0, "To decide", f"{len(proposals)} proposals, largest effect first.", "proposals"),
            ),
        ]
    )  # fmt: skip
