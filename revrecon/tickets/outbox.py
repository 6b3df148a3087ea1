"""The outbox: what shall go out, each once, whatever is tried again; in the ledger, so that no crash loses any."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from revrecon.tickets.database import known_of, make_tables, open_engine, writing

_schema = sa.MetaData()

messages = sa.Table(
    "outbox_messages",
    _schema,
    sa.Column("key", sa.String, primary_key=True),  # the idempotency key
    sa.Column("outlet", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # 1 for a subject's first message to an outlet
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("added_at", sa.String, nullable=False),  # moments are ISO 8601 in UTC, which sorts as time does
    sa.Column("not_before", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("unsure_since", sa.String),  # a try began then, and nobody knows how it ended
    sa.Column("lease_until", sa.String),
    sa.Column("done_at", sa.String),
    sa.Column("outcome", sa.String),
    sa.Column("problem", sa.Text),
    sa.Index("outbox_by_outlet", "outlet", "done_at", "not_before"),
    sa.Index("outbox_by_subject", "outlet", "subject", "number"),
)

ABOUT_A_TICKET = "RR-"
"""How subjects begin that are a ticket, or a life of one."""

LEASE = timedelta(minutes=15)
"""How long a message belongs to who took it; longer than any try can last."""

Outcome = Literal["sent", "superseded", "nothing to tell"]


@dataclass(frozen=True)
class Message:
    """Something to tell one outlet about one subject."""

    key: str
    outlet: str
    subject: str
    number: int
    fingerprint: str
    body: str
    added_at: datetime
    not_before: datetime
    attempts: int = 0
    unsure_since: datetime | None = None
    problem: str | None = None


def _same_subject(other: sa.FromClause) -> sa.ColumnElement[bool]:
    return (other.c.outlet == messages.c.outlet) & (other.c.subject == messages.c.subject)


def _next() -> sa.Select[Any]:
    """The longest waiting messages that are due, that no newer one has replaced, and whose subject nobody holds."""
    other, newer, now = messages.alias("other"), messages.alias("newer"), sa.bindparam("now", type_=sa.String())
    held = sa.exists().where(_same_subject(other), other.c.done_at.is_(None), other.c.lease_until > now)
    replaced = sa.exists().where(_same_subject(newer), newer.c.number > messages.c.number)
    due = (messages.c.outlet == sa.bindparam("here")) & messages.c.done_at.is_(None) & (messages.c.not_before <= now)
    free = messages.c.lease_until.is_(None) | (messages.c.lease_until <= now)
    chosen = sa.select(messages).where(due, free, ~held, ~replaced).order_by(messages.c.not_before, messages.c.key)
    locked = chosen.with_for_update(skip_locked=True, of=messages)  # SQLite has locked the whole file by now
    return locked.limit(sa.bindparam("most"))


_NEXT = _next()


class Outbox:
    """Messages in the ledger. Of one subject only the newest is told, and never two at the same time."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        make_tables(self.engine, _schema)

    def told(self, outlet: str) -> dict[str, tuple[int, str]]:
        """Number and fingerprint of the newest message of every subject, told or waiting."""
        query = sa.select(messages.c.subject, messages.c.number, messages.c.fingerprint)
        query = query.where(messages.c.outlet == outlet).order_by(messages.c.number)
        with self.engine.connect() as connection:
            return {row.subject: (row.number, row.fingerprint) for row in connection.execute(query)}

    def add(self, fresh: Sequence[Message]) -> int:
        """Add messages that are not there yet, in place of older ones that still wait; how many were new."""
        with writing(self.engine) as connection:
            known = known_of(connection, messages.c.key, [message.key for message in fresh])
            rows = {message.key: _row(message) for message in fresh if message.key not in known}
            if rows:
                connection.execute(messages.insert(), list(rows.values()))
                connection.execute(
                    _superseded(_text(datetime.now(UTC))),
                    [{"o": row["outlet"], "s": row["subject"], "n": row["number"]} for row in rows.values()],
                )
        return len(rows)

    def take(self, outlet: str, now: datetime, most: int = 1, shared: bool = False) -> list[Message]:
        """The next messages that are due, leased to the caller; none when there are none.

        `shared`: without a lease, for outlets where it does no harm that two tell the same thing.
        """
        with writing(self.engine) as connection:
            asked = {"here": outlet, "now": _text(now), "most": most}
            rows = list(connection.execute(_NEXT, asked).mappings())
            if rows:
                leased = {"lease_until": None if shared else _text(now + LEASE), "attempts": messages.c.attempts + 1}
                unsure = {"unsure_since": sa.func.coalesce(messages.c.unsure_since, _text(now))}
                which = messages.c.key == sa.bindparam("taken")
                keys = [{"taken": row["key"]} for row in rows]
                connection.execute(messages.update().where(which).values(leased | unsure), keys)
        return [_message(row) for row in rows]

    def done(self, told: Sequence[tuple[Message, Outcome]], now: datetime) -> None:
        """They are told, or there is nothing left to tell."""
        values = {"done_at": _text(now), "lease_until": None, "unsure_since": None, "problem": None}
        which = messages.c.key == sa.bindparam("told")
        rows = [{"told": message.key, "came_to": outcome} for message, outcome in told]
        if rows:
            with writing(self.engine) as connection:
                update = messages.update().where(which).values(**values, outcome=sa.bindparam("came_to"))
                connection.execute(update, rows)

    def later(self, message: Message, at: datetime, problem: str, unsure: bool) -> None:
        """It was not told, or nobody knows: it is tried again at a moment, unless a newer one has taken its place."""
        values: dict[str, object] = {"not_before": _text(at), "problem": problem, "lease_until": None}
        values |= {} if unsure else {"unsure_since": None}
        with writing(self.engine) as connection:
            connection.execute(messages.update().where(messages.c.key == message.key).values(values))

    def give_back(self, taken: Sequence[Message]) -> None:
        """They were taken and not tried."""
        which = messages.c.key == sa.bindparam("taken")
        update = messages.update().where(which)
        before = update.values(attempts=sa.bindparam("tries"), unsure_since=sa.bindparam("unsure"), lease_until=None)
        rows = [{"taken": m.key, "tries": m.attempts, "unsure": _maybe(m.unsure_since)} for m in taken]
        if rows:
            with writing(self.engine) as connection:
                connection.execute(before, rows)

    def again(self, outlet: str, subject: str, now: datetime) -> None:
        """Tell a subject's newest message once more, as a new one: what it told was lost there."""
        mine = (messages.c.outlet == outlet) & (messages.c.subject == subject)
        newest = sa.select(messages).where(mine).order_by(messages.c.number.desc()).limit(1)
        with self.engine.connect() as connection:
            row = connection.execute(newest).mappings().first()
        if row is not None and row["done_at"] is not None:
            number = row["number"] + 1
            key = f"{outlet}|{subject}|{number}"
            self.add([replace(_message(row), key=key, number=number, added_at=now, not_before=now, attempts=0)])

    def wake(self, outlet: str, now: datetime) -> None:
        """Try again at once what met a trouble: someone has mended it."""
        stuck = (messages.c.outlet == outlet) & messages.c.done_at.is_(None) & messages.c.problem.is_not(None)
        with writing(self.engine) as connection:
            connection.execute(messages.update().where(stuck).values(not_before=_text(now)))

    def waiting(self, outlet: str | None = None) -> list[Message]:
        """Messages that are not told yet, the oldest first."""
        query = sa.select(messages).where(messages.c.done_at.is_(None))
        if outlet is not None:
            query = query.where(messages.c.outlet == outlet)
        query = query.order_by(messages.c.added_at, messages.c.key)
        with self.engine.connect() as connection:
            return [_message(row) for row in connection.execute(query).mappings()]

    def count(self, outlet: str) -> int:
        """How many messages of an outlet are not told yet."""
        mine = (messages.c.outlet == outlet) & messages.c.done_at.is_(None)
        with self.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.count()).where(mine)).scalar_one()

    def sent(self, outlet: str) -> int:
        """How many messages an outlet was told, of those that are kept."""
        mine = (messages.c.outlet == outlet) & (messages.c.outcome == "sent")
        with self.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.count()).where(mine)).scalar_one()

    def drop_told(self, before: datetime, dry_run: bool = False) -> int:
        """Remove messages done before a moment that are told once, or followed by a newer one of theirs; how many.

        Of a ticket the newest stays, told or not: from it follows what is to be told next. So does the first that was
        sent, by which it is known to an outlet. Told once is what is not about a ticket, such as a heartbeat.
        """
        newer, first = messages.alias("newer"), messages.alias("first")
        followed = sa.exists().where(_same_subject(newer), newer.c.number > messages.c.number)
        heard = sa.exists().where(_same_subject(first), first.c.number < messages.c.number, first.c.outcome == "sent")
        once = ~messages.c.subject.startswith(ABOUT_A_TICKET)
        old = (messages.c.done_at < _text(before)) & (once | (followed & ((messages.c.outcome != "sent") | heard)))
        with writing(self.engine, messages) as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(messages).where(old)).scalar_one()
            if not dry_run:
                connection.execute(messages.delete().where(old))
        return int(count)

    def heard(self, outlet: str, subject: str) -> bool:
        """Whether an outlet was told anything of a subject, or may have been."""
        told = (messages.c.outcome == "sent") | (messages.c.unsure_since.is_not(None) & messages.c.done_at.is_not(None))
        query = sa.select(messages.c.key).where(messages.c.outlet == outlet, messages.c.subject == subject, told)
        with self.engine.connect() as connection:
            return connection.execute(query.limit(1)).first() is not None


def _superseded(now: str) -> sa.Update:
    """Older messages of a subject that nobody holds have a newer one in their place.

    Whether an older one was told for all we know is kept by the tracker's own claim, which outlives the message.
    """
    older = (messages.c.outlet == sa.bindparam("o")) & (messages.c.subject == sa.bindparam("s"))
    older &= (messages.c.number < sa.bindparam("n")) & messages.c.done_at.is_(None)
    free = messages.c.lease_until.is_(None) | (messages.c.lease_until <= now)
    return messages.update().where(older & free).values(done_at=now, outcome="superseded")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _maybe(moment: datetime | None) -> str | None:
    return _text(moment) if moment is not None else None


def _row(message: Message) -> dict[str, object]:
    moments = {"added_at": _text(message.added_at), "not_before": _text(message.not_before)}
    return {**asdict(message), **moments, "unsure_since": _maybe(message.unsure_since)}


def _message(row: sa.RowMapping) -> Message:
    return Message(
        key=row["key"], outlet=row["outlet"], subject=row["subject"], number=row["number"],
        fingerprint=row["fingerprint"], body=row["body"], attempts=row["attempts"], problem=row["problem"],
        unsure_since=datetime.fromisoformat(row["unsure_since"]) if row["unsure_since"] else None,
        added_at=datetime.fromisoformat(row["added_at"]), not_before=datetime.fromisoformat(row["not_before"]),
    )  # fmt: skip
