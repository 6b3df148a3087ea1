"""The register of what standups decided: rows are only ever added, and the database itself refuses anything else."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from revrecon.decisions.kinds import DEED
from revrecon.decisions.taken import Taken
from revrecon.tickets.database import make_tables, open_engine, writing
from revrecon.tickets.figure_tables import only_added_to
from revrecon.tickets.trail import Register, link, watch

_schema = sa.MetaData()

standup_decisions = sa.Table(
    "standup_decisions",
    _schema,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("at", sa.String, nullable=False),  # ISO 8601, UTC
    sa.Column("deed", sa.Text, nullable=False),  # as JSON
)
only_added_to(standup_decisions, "decisions are only ever added to")
STANDUPS = Register(standup_decisions, "decision of a standup")


class StandupRegister:
    """Every decision of every standup, in the order in which they were written down."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        make_tables(self.engine, _schema)
        watch(self.engine, STANDUPS)

    def add(self, decisions: Sequence[Taken]) -> int:
        """Write decisions down, all or none; one that is there already stays as it was. How many were new."""
        with writing(self.engine, standup_decisions) as connection:
            known = set(connection.execute(sa.select(standup_decisions.c.id)).scalars())
            fresh = [one for one in {one.id: one for one in decisions}.values() if one.id not in known]
            rows = [_row(one, len(known) + at) for at, one in enumerate(fresh, 1)]
            if rows:
                connection.execute(standup_decisions.insert(), rows)
            link(connection, STANDUPS, rows)
        return len(fresh)

    def all(self) -> list[Taken]:
        """Every decision, oldest first."""
        query = sa.select(standup_decisions).order_by(standup_decisions.c.place)
        with self.engine.connect() as connection:
            return [_taken(row) for row in connection.execute(query).mappings()]


def _row(one: Taken, place: int) -> dict[str, object]:
    deed = DEED.dump_json(one.deed, by_alias=True).decode()
    return {
        "place": place, "id": one.id, "day": one.on, "by": one.by, "why": one.why, "at": one.at.isoformat(),
        "deed": deed,
    }  # fmt: skip


def _taken(row: sa.RowMapping) -> Taken:
    deed = DEED.validate_json(row["deed"])
    return Taken(row["id"], deed, row["day"], row["by"], row["why"], datetime.fromisoformat(row["at"]))
