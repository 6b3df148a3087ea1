"""The register of identity decisions in the ledger: only ever added to, each with who, when and why."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC

import sqlalchemy as sa

from revrecon.canonical.identity.decisions import Decision
from revrecon.tickets.database import make_tables, open_engine, writing
from revrecon.tickets.trail import Register, link, watch

_schema = sa.MetaData()

identity_decisions = sa.Table(
    "identity_decisions",
    _schema,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("entity", sa.String, nullable=False),
    sa.Column("left_copy", sa.String, nullable=False),
    sa.Column("left_id", sa.String, nullable=False),
    sa.Column("right_copy", sa.String, nullable=False),
    sa.Column("right_id", sa.String, nullable=False),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("decided_at", sa.DateTime, nullable=False),  # UTC
    sa.Column("effective", sa.Date),
)
IDENTITIES = Register(identity_decisions, "decision on who is who")


def decision_id(decision: Decision) -> str:
    """A short name made of everything that was decided: the same decision entered twice is one."""
    told = {name: value for name, value in asdict(decision).items() if name != "id"}
    return "DEC-" + hashlib.blake2b(repr(sorted(told.items())).encode(), digest_size=5).hexdigest()


class DecisionRegister:
    """Every decision ever taken, oldest first."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        make_tables(self.engine, _schema)
        watch(self.engine, IDENTITIES)

    def add(self, decisions: Sequence[Decision]) -> None:
        """Add decisions, all or none; one that is there already stays as it was."""
        with writing(self.engine, identity_decisions) as connection:
            known = set(connection.execute(sa.select(identity_decisions.c.id)).scalars())
            fresh = [_row(decision) for decision in decisions if decision.id not in known]
            if fresh:
                connection.execute(identity_decisions.insert(), fresh)
            link(connection, IDENTITIES, fresh)

    def all(self) -> list[Decision]:
        """Every decision, in the order in which they were taken."""
        query = sa.select(identity_decisions).order_by(identity_decisions.c.decided_at, identity_decisions.c.id)
        with self.engine.connect() as connection:
            return [_decision(row) for row in connection.execute(query).mappings()]


def _row(decision: Decision) -> dict[str, object]:
    left, right = decision.pair
    moment = decision.decided_at.astimezone(UTC).replace(tzinfo=None)
    return {
        "id": decision.id, "entity": decision.entity, "left_copy": left[0], "left_id": left[1],
        "right_copy": right[0], "right_id": right[1], "verdict": decision.verdict, "by": decision.by,
        "why": decision.why, "decided_at": moment, "effective": decision.effective,
    }  # fmt: skip


def _decision(row: sa.RowMapping) -> Decision:
    return Decision(
        id=row["id"], entity=row["entity"], left=(row["left_copy"], row["left_id"]),
        right=(row["right_copy"], row["right_id"]), verdict=row["verdict"], by=row["by"], why=row["why"],
        decided_at=row["decided_at"].replace(tzinfo=UTC), effective=row["effective"],
    )  # fmt: skip
