"""The ledger: facts, tickets and first-seen days in SQL, SQLite by default.

Facts are kept per day, and everything else follows from them, so that days may be run twice and in any order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

import polars as pl
import sqlalchemy as sa

from revrecon.entity_map.model import EntityMap
from revrecon.tickets.database import AT_ONCE, known_of, open_engine, writing
from revrecon.tickets.fact_bodies import body_of, fact_of
from revrecon.tickets.fold import Judgement, Life, life_of, ticket_id, ticket_of
from revrecon.tickets.ledger_tables import ACTS, first_seen, ticket_acts, ticket_facts
from revrecon.tickets.model import Act, Ticket, Verdicted
from revrecon.tickets.trail import link, watch


class Ledger:
    """What was found, when, and what follows from it."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        watch(self.engine, ACTS)

    def record(self, day: date, facts: Sequence[Verdicted], signatures: Sequence[str]) -> None:
        """Keep the facts of a day in place of what was known of it, and widen first and last seen; all or nothing."""
        rows = [{"key": f.key, "day": day, "verdict": f.verdict, "body": body_of(f)} for f in facts]
        with writing(self.engine, ticket_facts) as connection:
            connection.execute(ticket_facts.delete().where(ticket_facts.c.day == day))
            if rows:
                connection.execute(ticket_facts.insert(), rows)
            self._seen(connection, day, signatures)

    def _seen(self, connection: sa.Connection, day: date, signatures: Sequence[str]) -> None:
        known = known_of(connection, first_seen.c.signature, sorted(set(signatures)))
        fresh = [{"signature": s, "first_day": day, "last_day": day} for s in sorted(set(signatures) - known)]
        if fresh:
            connection.execute(first_seen.insert(), fresh)
        again = sorted(set(signatures) & known)
        for start in range(0, len(again), AT_ONCE):
            which = first_seen.c.signature.in_(again[start : start + AT_ONCE])
            earlier, later = which & (first_seen.c.first_day > day), which & (first_seen.c.last_day < day)
            connection.execute(first_seen.update().where(earlier).values(first_day=day))
            connection.execute(first_seen.update().where(later).values(last_day=day))

    def tickets(
        self, entity_map: EntityMap, as_of: date, live: bool = False, closed_since: date | None = None
    ) -> list[Ticket]:
        """Every ticket that was ever opened up to a day: open ones first, then by money and age.

        `live`: the open ones only; `closed_since`: beside them those that were resolved on a day or later.
        """
        shown = {key: life for key, life in self._lives(as_of) if _is_asked_for(life, live, closed_since)}
        return self._told_of(entity_map, shown, as_of)

    def tickets_named(self, entity_map: EntityMap, as_of: date, beginning: str) -> list[Ticket]:
        """The tickets whose ids begin so."""
        query = sa.select(ticket_facts.c.key).where(ticket_facts.c.verdict == "breach").distinct()
        with self.engine.connect() as connection:
            keys = [key for key in connection.execute(query).scalars() if ticket_id(key).startswith(beginning)]
        shown = {key: life for key, life in self._lives(as_of, keys) if life.last_day}
        return self._told_of(entity_map, shown, as_of)

    def _told_of(self, entity_map: EntityMap, lives: Mapping[str, Life], as_of: date) -> list[Ticket]:
        """Lives follow from verdicts alone; only the facts that tickets tell of are read whole."""
        told = [(key, life.last_day) for key, life in lives.items() if life.last_day]
        found = [ticket_of(entity_map, lives[fact.key], fact, as_of) for fact in self._facts_of(told)]
        return sorted(found, key=_worst_first)

    def _lives(self, as_of: date, keys: Sequence[str] | None = None) -> Iterator[tuple[str, Life]]:
        """What became of every key that ever was in breach, or of some."""
        acts: dict[str, list[Act]] = {}
        for act in self.acts():
            acts.setdefault(act.ticket, []).append(act)
        breached = sa.select(ticket_facts.c.key).where(ticket_facts.c.verdict == "breach")
        query = sa.select(ticket_facts.c.key, ticket_facts.c.day, ticket_facts.c.verdict)
        query = query.where(ticket_facts.c.day <= as_of).order_by(ticket_facts.c.key)
        asked = [breached] if keys is None else [keys[n : n + AT_ONCE] for n in range(0, len(keys), AT_ONCE)]
        with self.engine.connect() as connection:
            for some in asked:
                rows = connection.execute(query.where(ticket_facts.c.key.in_(some)))
                for key, mine in groupby(rows, lambda row: str(row.key)):
                    yield key, life_of(mine, as_of, acts.get(ticket_id(key), ()))

    def _facts_of(self, places: Sequence[tuple[str, date]]) -> Iterator[Verdicted]:
        """The facts of some keys and days, by days, of which some hundred tickets have few.

        Not asked for as pairs: SQLite would read every fact that there is.
        """
        fact, by_day = ticket_facts.c, sorted(places, key=lambda place: (place[1], place[0]))
        with self.engine.connect() as connection:
            for start in range(0, len(by_day), AT_ONCE):
                some = set(by_day[start : start + AT_ONCE])
                keys, days = sorted({key for key, _ in some}), sorted({day for _, day in some})
                query = sa.select(fact.key, fact.day, fact.body).where(fact.key.in_(keys), fact.day.in_(days))
                rows = connection.execute(query)
                yield from (fact_of(body) for key, day, body in rows if (key, day) in some)

    def act(self, acts: Sequence[Act]) -> int:
        """Keep what people did with tickets; the same act entered twice is one. How many were new."""
        with writing(self.engine, ticket_acts) as connection:
            given = {act.id: act for act in acts}
            known = known_of(connection, ticket_acts.c.id, list(given))
            fresh = [given[name] for name in given.keys() - known]
            rows = [{**asdict(act), "at": act.at.isoformat()} for act in fresh]
            if rows:
                connection.execute(ticket_acts.insert(), rows)
            link(connection, ACTS, rows)
        return len(fresh)

    def acts(self, ticket: str | None = None) -> list[Act]:
        """Everything that people did with tickets, or with one of them, oldest first."""
        query = sa.select(ticket_acts).order_by(ticket_acts.c.day, ticket_acts.c.at, ticket_acts.c.id)
        if ticket is not None:
            query = query.where(ticket_acts.c.ticket == ticket)
        with self.engine.connect() as connection:
            rows = connection.execute(query).mappings()
            return [Act(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in rows]

    def last_day(self) -> date | None:
        """The newest day whose facts are known."""
        with self.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.max(ticket_facts.c.day))).scalar()

    def keys(self, as_of: date) -> list[str]:
        """Everything that was judged on any day up to one, in the order of the keys."""
        query = sa.select(ticket_facts.c.key).where(ticket_facts.c.day <= as_of).distinct()
        with self.engine.connect() as connection:
            return list(connection.execute(query.order_by(ticket_facts.c.key)).scalars())

    def verdicts(self, as_of: date) -> list[Judgement]:
        """What was judged how on every day up to one, in the order of days and keys: facts without what they tell."""
        fact = ticket_facts.c
        query = sa.select(fact.key, fact.day, fact.verdict).where(fact.day <= as_of).order_by(fact.day, fact.key)
        with self.engine.connect() as connection:
            return [Judgement(*row) for row in connection.execute(query)]

    def facts(self, as_of: date, since: date | None = None, key: str | None = None) -> list[Verdicted]:
        """The facts of every day up to one, in the order of their days and keys; of one key, or since a day."""
        query = sa.select(ticket_facts.c.body).where(ticket_facts.c.day <= as_of)
        query = query if since is None else query.where(ticket_facts.c.day >= since)
        query = query if key is None else query.where(ticket_facts.c.key == key)
        with self.engine.connect() as connection:
            bodies = connection.execute(query.order_by(ticket_facts.c.day, ticket_facts.c.key)).scalars()
            return [fact_of(body) for body in bodies]

    def drop_passes(self, before: date, dry_run: bool = False) -> int:
        """Remove facts older than a day of checks that never were in breach; how many. No ticket follows from them.

        The last fact of each check stays.
        """
        other = ticket_facts.alias("other")
        broken = sa.exists().where(other.c.key == ticket_facts.c.key, other.c.verdict == "breach")
        newer = sa.exists().where(other.c.key == ticket_facts.c.key, other.c.day > ticket_facts.c.day)
        old = (ticket_facts.c.day < before) & ~broken & newer
        with writing(self.engine, ticket_facts) as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(ticket_facts).where(old)).scalar_one()
            if not dry_run:
                connection.execute(ticket_facts.delete().where(old))
        return int(count)

    def open_by_day(self, first: date, last: date) -> list[tuple[date, int]]:
        """For every day that was run, both ends included: how many findings its checks that warn or breach hold."""
        told = sa.select(ticket_facts.c.day, ticket_facts.c.verdict, ticket_facts.c.body)
        query = told.where(ticket_facts.c.day.between(first, last)).order_by(ticket_facts.c.day)
        found: dict[date, int] = {}
        with self.engine.connect() as connection:
            for day, verdict, body in connection.execute(query):
                found[day] = found.get(day, 0) + (fact_of(body).records if verdict in ("warn", "breach") else 0)
        return list(found.items())

    def seen(self) -> pl.DataFrame:
        """`signature`, `first_day` and `last_day` of every finding ever made."""
        with self.engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(sa.select(first_seen).order_by(first_seen.c.signature))]
        schema = {"signature": pl.String, "first_day": pl.Date, "last_day": pl.Date}
        return pl.DataFrame(rows, schema=schema, orient="row")


def _is_asked_for(life: Life, live: bool, closed_since: date | None) -> bool:
    if life.last_day is None:
        return False
    if closed_since is not None:
        return life.live or (life.resolved_on is not None and life.resolved_on >= closed_since)
    return life.live or not live


def _worst_first(ticket: Ticket) -> tuple[object, ...]:
    return (not ticket.live, -(ticket.gross or Decimal()), ticket.since or date.max, ticket.key)
