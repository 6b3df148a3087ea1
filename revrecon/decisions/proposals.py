"""What a standup could decide next, with what it would do in money: proposals from what the data already says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.tickets.model import Ticket

_FIX_WITHIN = timedelta(days=7)
_AGREED_FOR = timedelta(days=91)
_TWO_DIGITS = 2


@dataclass(frozen=True)
class Gain:
    """What a decision would move: so much of one department's difference, or records where no money is touched."""

    amount: Decimal
    unit: str  # of a number, or `records`
    of: str  # whose figure, such as `pipeline of Marketing`


@dataclass(frozen=True)
class Proposal:
    """One decision that could be taken, ready to be entered."""

    kind: str  # as the deeds of decisions are called: fix_data, merge, agree_difference, ...
    what: str
    why: str
    owner: str  # a person of the map
    gain: Gain
    command: str


def proposals(
    entity_map: EntityMap,
    as_of: date,
    tickets: Iterable[Ticket],
    steps: pl.DataFrame,
    review: pl.DataFrame,
    agreed: frozenset[tuple[str, str, str]] = frozenset(),
    most: int = 12,
) -> list[Proposal]:
    """At most so many proposals, the largest gains of each kind first, kinds in turn.

    `tickets` are live ones, `steps` the causes of the day's bridges (STEP_SCHEMA), `review` what waits for a steward
    (REVIEW_SCHEMA), `agreed` number, definition and cause of what is agreed already.
    """
    kinds = [
        list(_fixes(entity_map, as_of, tickets, steps)),
        list(_agreements(entity_map, as_of, steps, agreed)),
        list(_merges(entity_map, review)),
    ]
    ranked = [sorted(found, key=lambda one: (-abs(one.gain.amount), one.what)) for found in kinds]
    in_turn = [kind[place] for place in range(max(map(len, ranked))) for kind in ranked if place < len(kind)]
    return in_turn[:most]


def _fixes(entity_map: EntityMap, as_of: date, tickets: Iterable[Ticket], steps: pl.DataFrame) -> Iterator[Proposal]:
    """Each live ticket: the data behind it, put right."""
    due, causes = as_of + _FIX_WITHIN, _per_cause(steps)
    for ticket in tickets:
        copy = ticket.key.split("/")[1]
        yield Proposal(
            kind="fix_data",
            what=ticket.title,
            why=ticket.what_to_do,
            owner=ticket.owner,
            gain=_moved_by(entity_map, ticket, copy, causes),
            command=f"revrecon decide fix-data {ticket.id} --due {due} --by {ticket.owner} --why '...'",
        )


def _moved_by(entity_map: EntityMap, ticket: Ticket, copy: str, causes: pl.DataFrame) -> Gain:
    """The largest step that a ticket's cause makes in a bridge from its copy; else the money on its findings."""
    found = [
        Gain(
            row["amount"], entity_map.numbers[row["number"]].unit, _whose(entity_map, row["number"], row["definition"])
        )
        for row in causes.filter(pl.col("cause") == ticket.cause).iter_rows(named=True)
        if _copy_of(entity_map, row["number"], row["definition"]) == copy
        and entity_map.numbers[row["number"]].definitions[row["definition"]].entity == ticket.entity
    ]
    largest = max(found, key=lambda gain: abs(gain.amount), default=None)
    return largest or Gain(ticket.gross or Decimal(0), entity_map.company.currency, "the records, gross")


def _agreements(
    entity_map: EntityMap, as_of: date, steps: pl.DataFrame, agreed: frozenset[tuple[str, str, str]]
) -> Iterator[Proposal]:
    """Each difference of definition that is worth reporting: change it, or agree it for a while."""
    until = as_of + _AGREED_FOR
    for row in _per_cause(steps).filter(pl.col("category") == "definition").iter_rows(named=True):
        number, definition, cause = entity_map.numbers[row["number"]], row["definition"], row["cause"]
        if (row["number"], definition, cause) in agreed or abs(row["amount"]) < Decimal(str(number.materiality)):
            continue
        cap = _rounded_up(abs(row["amount"]))
        whose = _whose(entity_map, row["number"], definition)
        yield Proposal(
            kind="agree_difference",
            what=f"{whose[:1].upper()}{whose[1:]}: {cause.replace('.', ', ').replace('_', ' ')} ({row['details']})",
            why=f"Agree it until {until}, up to {cap:,f}; or change one of the two definitions.",
            owner=entity_map.departments[number.definitions[definition].department].head,
            gain=Gain(row["amount"], number.unit, whose),
            command=f"revrecon decide agree --number {row['number']} --definition {definition} --cause {cause} "
            f"--cap {cap:f} --until {until} --by {number.owner} --why '...'",
        )


def _merges(entity_map: EntityMap, review: pl.DataFrame) -> Iterator[Proposal]:
    """Each pair that waits for a steward."""
    for row in review.iter_rows(named=True):
        entity = entity_map.entities[row["entity"]]
        left, right = f"{row['left_copy']}/{row['left_id']}", f"{row['right_copy']}/{row['right_id']}"
        named = f"--entity {row['entity']} --left {left} --right {right}"
        yield Proposal(
            kind="merge",
            what=f"{entity.title}: {left} and {right} may be one",
            why=f"{row['reason'] or 'Alike'}; probability {row['probability']:.0%}." if row["probability"] else "",
            owner=entity.reconciliation.owner,
            gain=Gain(row["amount"] or Decimal(0), entity_map.company.currency, "both together"),
            command=f"revrecon decide merge {named} --by {entity.reconciliation.owner} --why '...'",
        )


def _per_cause(steps: pl.DataFrame) -> pl.DataFrame:
    """Causes of every bridge, a period's the newest only, their details listed."""
    newest = steps.filter(pl.col("period") == pl.col("period").max().over("number", "definition"))
    keys = ("number", "definition", "category", "cause")
    details = pl.col("detail").filter(pl.col("detail") != "").unique(maintain_order=True).str.join(", ")
    return newest.group_by(keys).agg(pl.col("amount").sum(), details.alias("details")).sort(keys)


def _copy_of(entity_map: EntityMap, number: str, definition: str) -> str | None:
    answers = entity_map.numbers[number].definitions[definition]
    return answers.copy_name or entity_map.entities[answers.entity].canonical_system[0]


def _whose(entity_map: EntityMap, number: str, definition: str) -> str:
    """`pipeline of Marketing`."""
    answers = entity_map.numbers[number]
    department = entity_map.departments[answers.definitions[definition].department].title
    return f"{answers.title.lower()} of {department}"


def _rounded_up(amount: Decimal) -> Decimal:
    """An amount rounded up to its first two digits, so that a cap leaves some room."""
    step = Decimal(10) ** (amount.adjusted() - _TWO_DIGITS + 1)
    return (amount / step).to_integral_value(ROUND_CEILING) * step
