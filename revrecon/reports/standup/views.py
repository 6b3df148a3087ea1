"""The pack in words and figures: what every rendering says alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from revrecon.decisions.proposals import Proposal
from revrecon.reports.daily import person_name, system_title
from revrecon.reports.formats import NOTHING, compact, listed, money, plural
from revrecon.reports.standup.pack import FigureMoved, Owed, StandupPack
from revrecon.reports.ticket_lists import WorstOf, worst_of
from revrecon.reports.titles import amount_unit, cause_title, definition_title, number_title
from revrecon.tickets.bodies.content import plain
from revrecon.tickets.model import Ticket

KINDS = {
    "fix_data": "Fix the data",
    "change_definition": "Change a definition",
    "re_parent": "Re-parent",
    "merge": "Merge, or never merge",
    "never_merge": "Never merge",
    "adjust_threshold": "Adjust a threshold",
    "agree_difference": "Agree, or change a definition",
}
"""The kinds of decisions, as people say them."""

_WORST = 6


@dataclass(frozen=True)
class FigureLine:
    """One figure, now and a week ago."""

    number: str
    department: str
    is_canonical: bool
    now: str
    moved: str
    gap: str
    gap_moved: str
    nearer: bool | None  # whether the gap has become smaller; None where it has not changed or is not known


@dataclass(frozen=True)
class TicketLine:
    """One live ticket."""

    id: str
    title: str
    measure: str
    owner: str
    age: str
    state: str
    what_to_do: str
    is_new: bool


@dataclass(frozen=True)
class MovedLine:
    """What came and went of one cause in one copy."""

    entity: str
    copy: str
    cause: str
    category: str
    new: int
    standing: int
    cleared: int
    open_gross: str
    oldest: str


@dataclass(frozen=True)
class OwedView:
    """What one representative's systems owe."""

    key: str
    name: str
    systems: str
    summary: str
    tickets: tuple[TicketLine, ...]
    closed: tuple[str, ...]
    moved: tuple[MovedLine, ...]
    ages: tuple[tuple[str, int], ...]

    @property
    def worst(self) -> WorstOf[TicketLine]:
        """As many live tickets as a page shows; the workbook holds all."""
        return worst_of(self.tickets)


@dataclass(frozen=True)
class ExceptionLine:
    """One record that came or went."""

    where: str
    cause: str
    record: str
    field: str
    expected: str
    observed: str
    amount: str
    since: str


@dataclass(frozen=True)
class ProposalLine:
    """One decision that could be taken."""

    kind: str
    what: str
    why: str
    owner: str
    gain: str
    of: str
    command: str


def figure_lines(pack: StandupPack) -> list[FigureLine]:
    """Every figure of the pack, in its order."""
    return [_figure(pack, one) for one in pack.figures]


def _figure(pack: StandupPack, one: FigureMoved) -> FigureLine:
    return FigureLine(
        number=number_title(pack.map, one.number, one.period),
        department=definition_title(pack.map, one.number, one.definition),
        is_canonical=one.canonical,
        now=money(one.now, one.unit, one.decimals),
        moved=_change(one.now, one.then, one),
        gap=money(one.gap, one.unit, one.decimals, signed=True),
        gap_moved=_change(one.gap, one.gap_then, one),
        nearer=_nearer(one),
    )


def _nearer(one: FigureMoved) -> bool | None:
    if one.gap is None or one.gap_then is None or abs(one.gap) == abs(one.gap_then):
        return None
    return abs(one.gap) < abs(one.gap_then)


def _change(now: Decimal | None, then: Decimal | None, one: FigureMoved) -> str:
    return NOTHING if now is None or then is None else money(now - then, one.unit, one.decimals, signed=True)


def owed_views(pack: StandupPack) -> list[OwedView]:
    """Every representative, those who owe most first."""
    return [_owed(pack, one) for one in pack.owed]


def _owed(pack: StandupPack, one: Owed) -> OwedView:
    counts = {state: int(one.moved[state].sum()) for state in ("new", "standing", "cleared")}
    tickets = plural(len(one.tickets), "live ticket")
    exceptions = f"{counts['new']:,} new, {counts['standing']:,} standing, {counts['cleared']:,} cleared exceptions"
    return OwedView(
        key=one.person,
        name=person_name(pack.map, one.person),
        systems=listed([system_title(pack.map, system) for system in one.systems]),
        summary=f"{tickets}, {len(one.opened):,} of them new, {len(one.closed):,} closed; {exceptions}.",
        tickets=tuple(_ticket(ticket, ticket.id in one.opened) for ticket in one.tickets),
        closed=tuple(f"{ticket.id} {plain(ticket.title)}" for ticket in one.closed),
        moved=tuple(_moved(pack, row) for row in one.moved.iter_rows(named=True)),
        ages=tuple(one.ages.items()),
    )


def _ticket(ticket: Ticket, is_new: bool) -> TicketLine:
    told = f"; escalated to {listed([step.name for step in ticket.escalations])}" if ticket.escalations else ""
    state = f"snoozed until {ticket.snoozed_until}" if ticket.snoozed_until else ticket.state
    return TicketLine(
        id=ticket.id,
        title=plain(ticket.title),
        measure=plain(ticket.measure),
        owner=ticket.assignee_name,
        age=ticket.ageing,
        state=state + told,
        what_to_do=plain(ticket.what_to_do),
        is_new=is_new,
    )


def _moved(pack: StandupPack, row: dict[str, object]) -> MovedLine:
    entity = str(row["entity"])
    gross = Decimal(str(row["new_gross"])) + Decimal(str(row["standing_gross"]))
    return MovedLine(
        entity=pack.map.entities[entity].title if entity in pack.map.entities else entity,
        copy=str(row["copy"]),
        cause=cause_title(str(row["cause"])),
        category=str(row["cause"]).partition(".")[0],
        new=int(str(row["new"])),
        standing=int(str(row["standing"])),
        cleared=int(str(row["cleared"])),
        open_gross=money(gross, amount_unit(pack.map, entity)) if gross else "",
        oldest=str(row["oldest"] or ""),
    )


def exception_lines(pack: StandupPack, state: str, most: int = 20) -> list[ExceptionLine]:
    """The largest exceptions of a state."""
    chosen = pack.exceptions.filter(pl.col("state") == state).head(most)
    return [_exception(pack, row) for row in chosen.iter_rows(named=True)]


def _exception(pack: StandupPack, row: dict[str, object]) -> ExceptionLine:
    amount = row["amount"] if isinstance(row["amount"], Decimal) else None
    record = "/".join(str(row[name]) for name in ("record_system", "record_object", "record_id") if row[name])
    return ExceptionLine(
        where=f"{row['entity']} in {row['copy']}",
        cause=cause_title(str(row["cause"])),
        record=plain(record),
        field=str(row["field"] or ""),
        expected=plain(row["expected"] or ""),
        observed=plain(row["observed"] or ""),
        amount=money(amount, amount_unit(pack.map, str(row["entity"])), signed=True) if amount is not None else "",
        since=str(row["since"] or ""),
    )


def proposal_lines(pack: StandupPack) -> list[ProposalLine]:
    """Every proposal of the pack, in its order."""
    return [_proposal(pack, one) for one in pack.proposals]


def _proposal(pack: StandupPack, one: Proposal) -> ProposalLine:
    return ProposalLine(
        kind=KINDS[one.kind],
        what=plain(one.what),
        why=plain(one.why),
        owner=person_name(pack.map, one.owner),
        gain=compact(one.gain.amount, one.gain.unit, signed=True) if one.gain.amount else NOTHING,
        of=one.gain.of,
        command=one.command,
    )


def ages_of_all(pack: StandupPack) -> dict[str, int]:
    """Open exceptions of all systems by age."""
    return {bucket: sum(one.ages[bucket] for one in pack.owed) for bucket in pack.owed[0].ages} if pack.owed else {}


def followed(pack: StandupPack) -> Iterator[dict[str, object]]:
    """Earlier decisions and what became of them."""
    yield from pack.follow_ups.iter_rows(named=True)
