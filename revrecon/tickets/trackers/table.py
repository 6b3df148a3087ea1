"""Tickets as rows of a table in the ledger, for whoever asks with SQL; always there."""

from datetime import date, datetime

import sqlalchemy as sa

from revrecon.tickets.bodies.content import content_of, state_of
from revrecon.tickets.database import make_tables, open_engine, writing
from revrecon.tickets.plan import written
from revrecon.tickets.trackers.contract import Habits, Place, Remote, Seen, Shown

_schema = sa.MetaData()

tickets = sa.Table(
    "tickets",
    _schema,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("key", sa.String, nullable=False),  # entity/copy/cause
    sa.Column("state", sa.String, nullable=False),
    sa.Column("told", sa.String, nullable=False),  # the state in words
    sa.Column("title", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("opened_on", sa.Date, nullable=False),
    sa.Column("resolved_on", sa.Date),
    sa.Column("ageing", sa.String, nullable=False),
    sa.Column("gross", sa.String),  # exact, as text
    sa.Column("body", sa.Text, nullable=False),  # everything, as JSON
)


class TableTracker:
    """The newest state of every ticket, one row each."""

    habits = Habits(repeatable=True)

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        make_tables(self.engine, _schema)

    def create(self, shown: Shown) -> Place:
        row = _row(shown)
        which = tickets.c.id == shown.ticket.id
        with writing(self.engine) as connection:
            if connection.execute(tickets.update().where(which).values(row)).rowcount == 0:
                connection.execute(tickets.insert(), row)
        return Place(shown.ticket.id)

    def update(self, shown: Shown, place: Place, move: bool) -> None:
        self.create(shown)

    def read_back(self, ticket: str, place: Place | None, since: datetime) -> Remote | None:
        with self.engine.connect() as connection:
            state = connection.execute(sa.select(tickets.c.state).where(tickets.c.id == ticket)).scalar()
        states: dict[str, Seen] = {"resolved": "resolved", "acknowledged": "acknowledged"}
        return Remote(Place(ticket), states.get(state, "open")) if state else None


def _row(shown: Shown) -> dict[str, str | date | None]:
    ticket = shown.ticket
    return {
        "id": ticket.id, "key": ticket.key, "state": ticket.state, "told": state_of(ticket),
        "title": content_of(ticket).title, "owner": ticket.owner, "opened_on": ticket.opened_on,
        "resolved_on": ticket.resolved_on, "ageing": ticket.ageing,
        "gross": None if ticket.gross is None else str(ticket.gross), "body": written(ticket),
    }  # fmt: skip
