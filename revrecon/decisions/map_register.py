"""The register of maps in the ledger: which map was used from when, in the audit trail like every other act."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from revrecon.history.map_store import StoredMap
from revrecon.tickets.database import make_tables, open_engine, writing
from revrecon.tickets.figure_tables import only_added_to
from revrecon.tickets.trail import Register, link, watch

_schema = sa.MetaData()

maps_used = sa.Table(
    "maps_used",
    _schema,
    sa.Column("id", sa.String, primary_key=True),  # the SHA-256 of the map's text
    sa.Column("company", sa.String, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("effective", sa.Date, nullable=False),
    sa.Column("first_used", sa.String, nullable=False),  # ISO 8601, UTC
    sa.Column("by", sa.String, nullable=False),
)
only_added_to(maps_used, "maps are only ever added to")
MAPS = Register(maps_used, "map")


@dataclass(frozen=True)
class MapUsed:
    """A map that was used, and by whom first: the deciders of a change, or what ran with it."""

    id: str
    company: str
    version: int
    by: str


class MapRegister:
    """Every map that was ever used."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        make_tables(self.engine, _schema)
        watch(self.engine, MAPS)

    def add(self, stored: Sequence[StoredMap], by: str) -> None:
        """Remember maps; one that is there already stays as it was."""
        with self.engine.connect() as connection:
            known = set(connection.execute(sa.select(maps_used.c.id)).scalars())
        if all(one.sha256 in known for one in stored):
            return
        with writing(self.engine, maps_used) as connection:
            known = set(connection.execute(sa.select(maps_used.c.id)).scalars())
            rows = [_row(one, by) for one in stored if one.sha256 not in known]
            if rows:
                connection.execute(maps_used.insert(), rows)
            link(connection, MAPS, rows)

    def all(self) -> list[MapUsed]:
        """Every map, the first one first."""
        columns = (maps_used.c.id, maps_used.c.company, maps_used.c.version, maps_used.c.by)
        with self.engine.connect() as connection:
            return [MapUsed(*row) for row in connection.execute(sa.select(*columns).order_by(maps_used.c.first_used))]


def _row(stored: StoredMap, by: str) -> dict[str, object]:
    return {
        "id": stored.sha256, "company": stored.company, "version": stored.version, "effective": stored.effective,
        "first_used": stored.first_used.isoformat(), "by": by,
    }  # fmt: skip
