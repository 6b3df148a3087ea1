"""What is known about a breach on a day, and the ticket that follows from all its days."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

State = Literal["open", "resolved"]
Verdict = Literal["pass", "warn", "breach", "not_run"]

AGEING = ((1, "0-1"), (7, "2-7"), (30, "8-30"), (90, "31-90"))


def ageing(days: int) -> str:
    """The age bucket of a number of days."""
    return next((name for most, name in AGEING if days <= most), "over 90")


@dataclass(frozen=True)
class WorstRecord:
    """One of the records behind a ticket, personal values masked."""

    signature: str
    record: str  # system/object/key
    field: str | None
    expected: str | None
    observed: str | None
    amount: Decimal | None
    why: str | None = None  # what the rule saw, where the two values do not say enough


@dataclass(frozen=True)
class Verdicted:
    """One cause in one copy on one day: the fact from which tickets follow."""

    key: str  # entity/copy/cause
    day: date
    verdict: Verdict
    records: int
    compared: int
    share: float
    net: Decimal | None
    gross: Decimal | None
    measure: str | None
    limit: float | None
    since: date | None
    worst: tuple[WorstRecord, ...] = ()

    @property
    def entity(self) -> str:
        return self.key.split("/")[0]

    @property
    def copy(self) -> str:
        return self.key.split("/")[1]

    @property
    def cause(self) -> str:
        return self.key.split("/")[2]


@dataclass(frozen=True)
class Ticket:
    """The one ticket of an entity, copy and cause, as of a day."""

    id: str
    key: str
    state: State
    title: str
    owner: str
    assignee_name: str
    assignee_email: str
    opened_on: date  # the business morning after the first breach of this life
    first_breach: date
    last_seen: date
    resolved_on: date | None
    reopened: int
    ageing: str
    measure: str
    what_to_do: str
    since: date | None
    gross: Decimal | None
    worst: tuple[WorstRecord, ...] = field(default=())
