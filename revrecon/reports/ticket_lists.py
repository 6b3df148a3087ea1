"""Lists of tickets: pages show the worst of them, and a table beside the page holds all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import polars as pl

from revrecon.tickets.model import Ticket

T = TypeVar("T")

SHOWN = 100
"""As many as a person looks through; the pages stay small however many there are."""

TICKET_SCHEMA: dict[str, pl.DataType] = {
    "ticket": pl.String(),
    "key": pl.String(),
    "state": pl.String(),
    "title": pl.String(),
    "measure": pl.String(),
    "owner": pl.String(),
    "opened_on": pl.Date(),
    "first_breach": pl.Date(),
    "resolved_on": pl.Date(),
    "reopened": pl.Int64(),
    "ageing": pl.String(),
    "gross": pl.Decimal(38, 4),
    "what_to_do": pl.String(),
}


@dataclass(frozen=True)
class WorstOf(Generic[T]):
    """The first of a list that has its worst first, and how many there are in all."""

    shown: tuple[T, ...]
    all: int

    @property
    def more(self) -> int:
        return self.all - len(self.shown)


def worst_of(listed: Sequence[T], most: int = SHOWN) -> WorstOf[T]:
    """At most so many of a list."""
    return WorstOf(tuple(listed[:most]), len(listed))


def ticket_table(tickets: Sequence[Ticket]) -> pl.DataFrame:
    """Tickets as a table, in their order (TICKET_SCHEMA)."""
    rows = [(one.id, *(getattr(one, name) for name in list(TICKET_SCHEMA)[1:])) for one in tickets]
    return pl.DataFrame(rows, schema=TICKET_SCHEMA, orient="row")
