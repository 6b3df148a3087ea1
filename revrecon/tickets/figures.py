"""The register of published figures in the ledger: append-only, each row chained by hash to the one before."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from revrecon.history.pinned_lake import Extract
from revrecon.history.pseudonyms import Pseudonyms
from revrecon.tickets import chain
from revrecon.tickets.chain import FIRST
from revrecon.tickets.database import make_tables, open_engine, writing
from revrecon.tickets.erased_bodies import Chained, erased_in, is_as_written, texts_replaced
from revrecon.tickets.figure_model import FigureDraft, PublishedFigure, sha256_of
from revrecon.tickets.figure_tables import figure_extracts, published_figures, restated_figures, schema

Key = tuple[str, str, str, date]


@dataclass(frozen=True)
class Outcome:
    """A figure in the register, and whether this act put it there."""

    figure: PublishedFigure
    fresh: bool


class FigureRegister:
    """Every figure that was ever published. There is no way to change one: a new value is a new revision."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        make_tables(self.engine, schema)

    def publish(self, drafts: Sequence[FigureDraft], extracts: Sequence[Extract]) -> list[Outcome]:
        """Add figures in one act, all or none; one that says what the last revision of it said stays as it was.

        `extracts` is everything that the lake would read on the day of the figures.
        """
        with writing(self.engine, published_figures) as connection:
            newest, chain = self._newest(connection), _last(connection)
            act = chain.act + 1
            outcomes: list[Outcome] = []
            for draft in drafts:
                before = newest.get(draft.key)
                if before is not None and before.content == draft.content:
                    outcomes.append(Outcome(before, False))
                    continue
                figure, chain = _added(connection, draft, before, chain, act)
                newest[draft.key] = figure
                outcomes.append(Outcome(figure, True))
            if any(outcome.fresh for outcome in outcomes):
                self._add_extracts(connection, extracts, act)
            return outcomes

    def _add_extracts(self, connection: sa.Connection, extracts: Sequence[Extract], act: int) -> None:
        known = _counting(connection, act)
        fresh = [one for one in extracts if known.get((one.system, one.object, one.day)) != one.sha256]
        rows = [
            {"system": one.system, "object": one.object, "day": one.day, "act": act, "sha256": one.sha256}
            for one in fresh
        ]
        if rows:
            connection.execute(figure_extracts.insert(), rows)

    def _newest(self, connection: sa.Connection) -> dict[Key, PublishedFigure]:
        return {figure.key: figure for figure in _figures(connection)}

    def all(self) -> list[PublishedFigure]:
        """Every published figure, the first one first."""
        with self.engine.connect() as connection:
            return list(_figures(connection))

    def extracts(self, figure: PublishedFigure) -> list[Extract]:
        """The files that a figure rests on, with their checksums; sorted."""
        return [one for one in self.extracts_at(figure) if f"{one.system}/{one.object}" in figure.objects]

    def extracts_at(self, figure: PublishedFigure) -> list[Extract]:
        """Every file that the lake would read on a figure's day when it was published; sorted."""
        with self.engine.connect() as connection:
            known = _counting(connection, figure.act)
        return sorted(Extract(s, o, day, sha) for (s, o, day), sha in known.items() if day <= figure.as_of)

    def extracts_named(self) -> frozenset[str]:
        """The SHA-256 of every extract that any published figure rests on."""
        with self.engine.connect() as connection:
            return frozenset(connection.execute(sa.select(figure_extracts.c.sha256).distinct()).scalars())

    def faults(self) -> list[str]:
        """Sentences on every place where the chain of rows does not hold; empty for a register as it was written."""
        with self.engine.connect() as connection:
            query = sa.select(published_figures).order_by(published_figures.c.place)
            rows = connection.execute(query).mappings().all()
            erased = erased_in(connection, published_figures)
        named = [f"{row['id']} (row {place})" for place, row in enumerate(rows, start=1)]
        links = (_link(row, erased) for row in rows)
        return list(chain.faults(links, "row", "the register of figures", lambda place: named[place - 1]))

    def keep_restated(self, figure_id: str, state: str, body: str) -> None:
        """Remember how a figure compares with a state of the world; what is there already stays."""
        with writing(self.engine, restated_figures) as connection:
            here = (restated_figures.c.figure_id == figure_id) & (restated_figures.c.state == state)
            if connection.execute(sa.select(restated_figures.c.state).where(here)).first() is None:
                row = {"figure_id": figure_id, "state": state, "body": body}
                connection.execute(restated_figures.insert(), row)

    def restated(self) -> dict[tuple[str, str], str]:
        """What is remembered, by figure and state."""
        with self.engine.connect() as connection:
            return {(row.figure_id, row.state): row.body for row in connection.execute(sa.select(restated_figures))}


@dataclass(frozen=True)
class _Chain:
    """The end of the chain: the last row's place and act, and its hash."""

    place: int
    act: int
    sha256: str


def _last(connection: sa.Connection) -> _Chain:
    columns = (published_figures.c.place, published_figures.c.act, published_figures.c.row_sha256)
    row = connection.execute(sa.select(*columns).order_by(published_figures.c.place.desc()).limit(1)).first()
    return _Chain(*row) if row else _Chain(0, 0, FIRST)


def _added(
    connection: sa.Connection, draft: FigureDraft, before: PublishedFigure | None, chain: _Chain, act: int
) -> tuple[PublishedFigure, _Chain]:
    """Put a figure behind the end of the chain; the figure, and the new end."""
    name = sha256_of("\x1f".join([before.id if before else "", draft.content]))
    figure = PublishedFigure(
        **draft.model_dump(),
        id=f"FIG-{name[:12]}",
        place=chain.place + 1,
        act=act,
        revision=before.revision + 1 if before else 1,
        previous_sha256=chain.sha256,
        salt=secrets.token_hex(16),
    )
    body = figure.model_dump_json()
    connection.execute(published_figures.insert(), _row(figure, body))
    return figure, _Chain(figure.place, act, sha256_of(body))


def extracts_sha256(extracts: Sequence[Extract]) -> str:
    """The digest over a list of files."""
    return sha256_of("\n".join(map(str, sorted(extracts))))


def _row(figure: PublishedFigure, body: str) -> dict[str, object]:
    """A row of the table: the body, its hash, and the columns by which it is found and read in SQL."""
    plain = figure.model_dump(include={"place", "id", "act", "number", "definition", "period", "as_of", "revision"})
    told = {"value": str(figure.value), "caption": figure.caption}
    return {**plain, **told, "body": body, "row_sha256": sha256_of(body)}


def _figures(connection: sa.Connection) -> Iterator[PublishedFigure]:
    query = sa.select(published_figures.c.body).order_by(published_figures.c.place)
    yield from (PublishedFigure.model_validate_json(body) for body in connection.execute(query).scalars())


def _counting(connection: sa.Connection, act: int) -> dict[tuple[str, str, date], str]:
    """Which version of each extract counted at an act of publishing."""
    query = sa.select(figure_extracts).where(figure_extracts.c.act <= act).order_by(figure_extracts.c.act)
    return {(row.system, row.object, row.day): row.sha256 for row in connection.execute(query)}


_WHO = ("published_by", "caption", "provisional")
"""What of a figure may name a person."""


def _without(bodies: Sequence[str], pseudonyms: Pseudonyms) -> list[str]:
    return [texts_replaced(body, _WHO, pseudonyms) for body in bodies]


FIGURES_CHAINED = Chained(
    published_figures, _without, lambda body: _row(PublishedFigure.model_validate_json(body), body)
)
"""How a person is erased from published figures."""


def _link(row: sa.RowMapping, erased: Collection[tuple[int, str, str]]) -> chain.Chained:
    figure = PublishedFigure.model_validate_json(row["body"])
    whole = is_as_written(dict(row), _row(figure, row["body"]), erased)
    return chain.Chained(row["place"], figure.previous_sha256, row["row_sha256"], whole)
