"""Erasing a person from rows whose own chain is made of what they say: published figures and the record of writes.

Such a row keeps the digest by which the next one follows it. Its body is written anew without the person and without
its salt, so that nobody can find out by trying what the digest was made of; the new body's digest is kept here, in a
register of the audit trail. A row is as it was written, or as an erasure left it, and nothing else.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from revrecon.history.pseudonyms import Pseudonyms
from revrecon.tickets.figure_model import sha256_of
from revrecon.tickets.figure_tables import only_added_to
from revrecon.tickets.trail import Register

schema = sa.MetaData()

erased_bodies = sa.Table(
    "erased_bodies",
    schema,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("erasure", sa.String, nullable=False),
    sa.Column("chain", sa.String, nullable=False),  # the table
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("was_sha256", sa.String, nullable=False),  # by which the next row follows
    sa.Column("now_sha256", sa.String, nullable=False),  # of the body as it is now
)
only_added_to(erased_bodies, "erasures are only ever added to")
ERASED_BODIES = Register(erased_bodies, "row without a person")


@dataclass(frozen=True)
class Chained:
    """A table with a chain of its own: how bodies read without a person, and the row that a body makes."""

    table: sa.Table
    without: Callable[[Sequence[str], Pseudonyms], list[str]]
    row: Callable[[str], Mapping[str, object]]


@dataclass(frozen=True)
class Rewritten:
    """A row before and after a person was erased from it."""

    place: int
    before: str
    row: Mapping[str, object]


def rewritten(connection: sa.Connection, chained: Chained, pseudonyms: Pseudonyms) -> list[Rewritten]:
    """The rows of a chain that hold a person, as they would read without; none where the table is not there yet."""
    if not sa.inspect(connection).has_table(chained.table.name):
        return []
    query = sa.select(chained.table.c.place, chained.table.c.body, chained.table.c.row_sha256)
    rows = connection.execute(query.order_by(chained.table.c.place)).all()
    fresh = chained.without([row.body for row in rows], pseudonyms)
    return [
        Rewritten(row.place, row.row_sha256, {**chained.row(body), "row_sha256": row.row_sha256})
        for row, body in zip(rows, fresh, strict=True)
        if body != row.body
    ]


def told(erasure: str, chained: Chained, one: Rewritten) -> dict[str, object]:
    """What is kept of a row that was written anew."""
    return {
        "id": f"{erasure}/{chained.table.name}/{one.place}", "erasure": erasure, "chain": chained.table.name,
        "place": one.place, "was_sha256": one.before, "now_sha256": sha256_of(str(one.row["body"])),
    }  # fmt: skip


def erased_in(connection: sa.Connection, table: sa.Table) -> set[tuple[int, str, str]]:
    """Place, digest in the chain and digest of the body of every row of a table from which a person was erased."""
    if not sa.inspect(connection).has_table(erased_bodies.name):
        return set()
    columns = (erased_bodies.c.place, erased_bodies.c.was_sha256, erased_bodies.c.now_sha256)
    rows = connection.execute(sa.select(*columns).where(erased_bodies.c.chain == table.name))
    return {(row.place, row.was_sha256, row.now_sha256) for row in rows}


def is_as_written(
    row: Mapping[str, object], expected: Mapping[str, object], erased: Collection[tuple[int, str, str]]
) -> bool:
    """Whether a row is what its body makes, and the body what was written or what an erasure left."""
    if {**expected, "row_sha256": row["row_sha256"]} != dict(row):
        return False
    own = expected["row_sha256"]
    return own == row["row_sha256"] or (row["place"], row["row_sha256"], own) in erased


def texts_replaced(body: str, names: Collection[str], pseudonyms: Pseudonyms) -> str:
    """A body in which the texts of these names are replaced and, where any is, the salt is forgotten."""
    told: dict[str, object] = json.loads(body)
    fresh = {name: _value(name, value, names, pseudonyms) for name, value in told.items()}
    return body if fresh == told else json.dumps({**fresh, "salt": ""}, separators=(",", ":"), ensure_ascii=False)


def _replaced(told: object, names: Collection[str], pseudonyms: Pseudonyms) -> object:
    if isinstance(told, dict):
        return {name: _value(name, value, names, pseudonyms) for name, value in told.items()}
    return [_replaced(one, names, pseudonyms) for one in told] if isinstance(told, list) else told


def _value(name: str, value: object, names: Collection[str], pseudonyms: Pseudonyms) -> object:
    if name not in names:
        return _replaced(value, names, pseudonyms)
    texts = value if isinstance(value, list) else [value]
    fresh = [pseudonyms.text(one) if isinstance(one, str) else one for one in texts]
    return fresh if isinstance(value, list) else fresh[0]
