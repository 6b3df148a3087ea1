"""The audit of a quarter as data: everything that its reports say, before anyone decides how they look."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.audit.owners import OwnerRecord
from revrecon.audit.quarter import Quarter
from revrecon.entity_map.differences import Change
from revrecon.entity_map.model import EntityMap
from revrecon.tickets.model import Ticket
from revrecon.tickets.restatement import Restatement


@dataclass(frozen=True)
class NumberOfQuarter:
    """One figure at the quarter's end, at its beginning, and day by day between."""

    number: str
    period: str
    definition: str
    canonical: bool
    unit: str
    decimals: int
    now: Decimal
    then: Decimal | None
    gap: Decimal | None
    steps: tuple[tuple[str, Decimal], ...]  # category and amount
    days: tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True)
class ExtractFile:
    """One file that the audit rests on."""

    system: str
    object: str
    day: date
    rows: int
    sha256: str


@dataclass(frozen=True)
class AuditSheet:
    """One audited quarter. Frames: findings (AUDIT_SCHEMA), verdicts of every day, follow-ups of decisions."""

    map: EntityMap
    map_sha: str
    quarter: Quarter
    audited_as: str  # with which data and which map
    code: str
    missing: tuple[date, ...]
    notes: tuple[str, ...]
    findings: pl.DataFrame
    numbers: tuple[NumberOfQuarter, ...]
    owners: tuple[OwnerRecord, ...]
    tickets: tuple[Ticket, ...]
    verdicts: pl.DataFrame  # VERDICT_SUMMARY_SCHEMA
    decisions: pl.DataFrame
    restated: tuple[Restatement, ...]
    changes: tuple[Change, ...]
    changed_from: int | None  # the version of the map at the beginning
    extracts: tuple[ExtractFile, ...]

    @property
    def provisional(self) -> bool:
        """Whether days of the quarter are missing."""
        return bool(self.missing)

    @property
    def live(self) -> list[Ticket]:
        return [ticket for ticket in self.tickets if ticket.live]


VERDICT_SUMMARY_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "copy": pl.String(),
    "cause": pl.String(),
    "pass": pl.Int64(),  # on how many days
    "warn": pl.Int64(),
    "breach": pl.Int64(),
    "not_run": pl.Int64(),
    "first_records": pl.Int64(),
    "last_records": pl.Int64(),
    "most_records": pl.Int64(),
    "last_verdict": pl.String(),
    "limit": pl.String(),  # as the map has it now
}
"""One row per check: how it went over the quarter."""


def worst_things(sheet: AuditSheet, most: int = 5) -> list[Ticket]:
    """The live tickets with most money, then the oldest."""
    ordered = sorted(sheet.live, key=lambda one: (-(one.gross or Decimal(0)), one.first_breach, one.id))
    return ordered[:most]


def count_of(findings: pl.DataFrame, severity: str) -> int:
    """How many findings of a severity there are."""
    return findings.filter(pl.col("severity") == severity).height
