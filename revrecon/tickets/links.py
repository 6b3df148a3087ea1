"""Which ticket is which in which tracker: our own book, so that no search ever decides."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from revrecon.tickets.database import make_tables, open_engine, writing
from revrecon.tickets.trackers.contract import Place, Seen

_schema = sa.MetaData()

links = sa.Table(
    "tracker_links",
    _schema,
    sa.Column("outlet", sa.String, primary_key=True),
    sa.Column("ticket", sa.String, primary_key=True),
    sa.Column("claimed_at", sa.String, nullable=False),  # before the first try to make it there
    sa.Column("tried_at", sa.String, nullable=False),  # before the last one
    sa.Column("external_id", sa.String),
    sa.Column("url", sa.String),
    sa.Column("state", sa.String, nullable=False),  # as it was last set or seen there
)


@dataclass(frozen=True)
class Link:
    """A ticket in a tracker; without a place it was claimed, and nobody knows yet whether it was made."""

    outlet: str
    ticket: str
    claimed_at: datetime
    tried_at: datetime
    place: Place | None
    state: Seen


class Links:
    """The book of links in the ledger."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        make_tables(self.engine, _schema)

    def get(self, outlet: str, ticket: str) -> Link | None:
        query = sa.select(links).where(links.c.outlet == outlet, links.c.ticket == ticket)
        with self.engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _link(row) if row is not None else None

    def all(self, outlet: str) -> list[Link]:
        """Every link of a tracker, by ticket."""
        query = sa.select(links).where(links.c.outlet == outlet).order_by(links.c.ticket)
        with self.engine.connect() as connection:
            return [_link(row) for row in connection.execute(query).mappings()]

    def claim(self, outlet: str, ticket: str, now: datetime) -> None:
        """Say, before anything is sent, that a ticket is about to be made there."""
        which = (links.c.outlet == outlet) & (links.c.ticket == ticket)
        moment = now.astimezone(UTC).isoformat(timespec="microseconds")
        with writing(self.engine) as connection:
            if connection.execute(links.update().where(which).values(tried_at=moment)).rowcount == 0:
                fresh = {"outlet": outlet, "ticket": ticket, "claimed_at": moment, "tried_at": moment, "state": "open"}
                connection.execute(links.insert(), fresh)

    def made(self, outlet: str, ticket: str, place: Place, state: Seen) -> None:
        """Say where it is."""
        self._set(outlet, ticket, external_id=place.external_id, url=place.url, state=state)

    def seen(self, outlet: str, ticket: str, state: Seen) -> None:
        """Say in which state it was set or seen."""
        self._set(outlet, ticket, state=state)

    def _set(self, outlet: str, ticket: str, **values: str | None) -> None:
        which = (links.c.outlet == outlet) & (links.c.ticket == ticket)
        with writing(self.engine) as connection:
            connection.execute(links.update().where(which).values(**values))

    def forget(self, outlet: str, ticket: str) -> None:
        """Say that it is surely not there."""
        with writing(self.engine) as connection:
            connection.execute(links.delete().where(links.c.outlet == outlet, links.c.ticket == ticket))


def _link(row: sa.RowMapping) -> Link:
    place = Place(row["external_id"], row["url"] or "") if row["external_id"] is not None else None
    claimed, tried = (datetime.fromisoformat(row[name]) for name in ("claimed_at", "tried_at"))
    return Link(row["outlet"], row["ticket"], claimed, tried, place, row["state"])
