"""What an audit finds: one sentence that should hold and does not, with whose it is and what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

import polars as pl

Severity = Literal["breach", "warn", "note"]

QUESTIONS = (
    "1 definition", "2 canonical system", "3 replication", "4 hierarchy", "5 quality", "6 reconciliation",
    "structural drift", "people",
)  # fmt: skip
"""What a finding is about: one of the six questions, drift that no day shows, or who answers."""

AUDIT_SCHEMA: dict[str, pl.DataType] = {
    "severity": pl.String(),  # breach, warn or note
    "question": pl.String(),
    "check": pl.String(),  # the sentence that should hold, as a name
    "entity": pl.String(),
    "place": pl.String(),  # the copy, system, field or check that it is about
    "says": pl.String(),  # what the map says
    "seen": pl.String(),  # what was seen
    "what_to_do": pl.String(),
    "owner": pl.String(),  # a person of the map
}
"""One row per finding, the worst first."""

_ORDER: dict[Severity, int] = {"breach": 0, "warn": 1, "note": 2}


@dataclass(frozen=True)
class AuditFinding:
    """One place where an answer of the map, or a habit, does not hold."""

    severity: Severity
    question: str
    check: str
    entity: str
    place: str
    says: str
    seen: str
    what_to_do: str
    owner: str


def as_frame(findings: Iterable[AuditFinding]) -> pl.DataFrame:
    """Findings as a frame (AUDIT_SCHEMA): by severity, question, check and place, each once."""
    unique = sorted(set(findings), key=_rank)
    return pl.DataFrame([asdict(one) for one in unique], schema=AUDIT_SCHEMA)


def _rank(one: AuditFinding) -> tuple[object, ...]:
    return (_ORDER[one.severity], QUESTIONS.index(one.question), one.check, one.entity, one.place, one.seen)
