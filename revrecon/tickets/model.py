"""What is known about a breach on a day, and the ticket that follows from all its days."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

State = Literal["open", "acknowledged", "snoozed", "resolved"]
Role = Literal["owner", "deputy", "manager"]
Deed = Literal["acknowledge", "snooze", "resolve", "comment"]
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
class Act:
    """What a person did with a ticket, after they had seen the state of a day.

    It counts after that day's facts and before those of the next one, so that it never depends on the order of runs.
    """

    id: str
    ticket: str
    day: date
    deed: Deed
    by: str
    why: str
    at: datetime  # UTC
    until: date | None = None  # of a snooze: the morning on which the ticket is back
    source: str = "revrecon"  # or the tracker in which it was done


@dataclass(frozen=True)
class Escalation:
    """A step of the ladder that a ticket has reached, and who is told."""

    step: int  # its place in the map's ladder, from 0
    role: Role
    name: str
    email: str
    due: date  # the business morning on which it is told


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
    acknowledged_by: str | None = None
    snoozed_until: date | None = None
    closed_by: str | None = None  # who resolved it by hand; None when it recovered
    escalations: tuple[Escalation, ...] = ()
    report: str = ""  # where the sheet of the day stands
    run: str = ""  # where Dagster shows the check, its history and its runs

    @property
    def live(self) -> bool:
        return self.state != "resolved"

    @property
    def life(self) -> int:
        """1, and one more for each time that it came back."""
        return self.reopened + 1

    @property
    def entity(self) -> str:
        return self.key.split("/")[0]

    @property
    def cause(self) -> str:
        return self.key.split("/")[2]
