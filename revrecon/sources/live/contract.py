"""What a client of a live system gives: pages of rows, counts, keys, and what its metadata says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import polars as pl


@dataclass(frozen=True)
class Asked:
    """One object of a system and what is wanted of it, in the system's own words."""

    object: str  # the map's name
    table: str  # the system's own
    columns: tuple[str, ...]  # sorted; the key and the clocks are among them
    key: tuple[str, ...]
    created: str | None
    changed: str | None
    only: str | None  # a condition in the system's own language
    since: datetime | None = None  # in UTC: rows that changed then or later; everything where None


@dataclass(frozen=True)
class Page:
    """Some rows, every value as text, and where to go on after them."""

    rows: pl.DataFrame
    after: str | None  # null ends it
    gone: tuple[str, ...] = ()  # keys of records that the system says are deleted, their parts joined with |


@dataclass(frozen=True)
class Greeting:
    """What a system says at the door."""

    who: str  # the login, or the account, as far as the system tells
    left: str = ""  # how much may still be asked today, in words


@dataclass(frozen=True)
class Column:
    """What a system's metadata says of one column; None where it does not tell."""

    name: str
    type: str  # text, integer, number, money, date, timestamp, boolean or reference
    title: str = ""
    required: bool | None = None
    unique: bool | None = None
    values: tuple[str, ...] = ()  # the only ones that may be entered
    points_to: str | None = None  # the table that a reference leads to


class ResumeRefused(Exception):
    """The system does not know any more where an extract was to go on; it begins anew."""


class PageStore(Protocol):
    """Where the pages of an extract that is under way are kept."""

    def begun(self, asked: Asked) -> str | None:
        """Where an extract of the very same question goes on; None where it begins anew."""
        ...

    def add(self, page: Page) -> None:
        """Keep a page."""
        ...

    def rows(self, columns: Sequence[str]) -> tuple[pl.DataFrame, list[str]]:
        """Every row that was kept, in the order in which it came, and the keys that are gone."""
        ...

    def cleared(self) -> None:
        """Forget everything."""
        ...


class Client(Protocol):
    """One live system. Every method may raise SourceError and its kin."""

    cannot_see: tuple[str, ...]
    """What this way of asking does not show, in sentences for the operator."""

    made_up: frozenset[str]
    """Columns (in lower case) that the client itself adds to every row, and that no metadata tells."""

    def greet(self) -> Greeting:
        """Log in and say who is asking. Raises LoginRefused."""
        ...

    def pages(self, asked: Asked, after: str | None = None) -> Iterator[Page]:
        """The rows that are asked for, from the beginning or from where an earlier page ended. Raises ResumeRefused."""
        ...

    def count(self, asked: Asked) -> int | None:
        """How many rows there are now, `since` or not; None where the system cannot tell."""
        ...

    def keys(self, asked: Asked) -> pl.Series | None:
        """The keys of all rows that there are now (text); None where pages tell what was deleted."""
        ...

    def columns(self, asked: Asked) -> list[Column]:
        """What the metadata says of the object's columns."""
        ...

    def rules(self, asked: Asked) -> frozenset[str] | None:
        """Rules beside the columns' own, as `column_kind` in lower case; None where the system does not list them."""
        ...

    def tables(self) -> list[str] | None:
        """What the system holds, by its own names; None where it does not list them."""
        ...

    def moment(self, text: str) -> datetime:
        """The moment (UTC) that the system's changed-at column tells. Raises ValueError."""
        ...
