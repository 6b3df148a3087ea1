"""The tables of the ledger that tickets follow from."""

import sqlalchemy as sa

from revrecon.tickets.trail import Register

schema = sa.MetaData()

ticket_facts = sa.Table(
    "ticket_facts",
    schema,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
first_seen = sa.Table(
    "first_seen",
    schema,
    sa.Column("signature", sa.String, primary_key=True),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
)
ticket_acts = sa.Table(
    "ticket_acts",
    schema,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("ticket", sa.String, nullable=False, index=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("deed", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("at", sa.String, nullable=False),  # ISO 8601, UTC
    sa.Column("until", sa.Date),
    sa.Column("source", sa.String, nullable=False),
)
ACTS = Register(ticket_acts, "act on a ticket")
