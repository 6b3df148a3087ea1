"""What every source gives, and the troubles it may have."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

import polars as pl

REJECTED_SCHEMA: dict[str, pl.DataType] = {
    "line": pl.Int64(),  # 1-based line of the file
    "reason": pl.String(),
    "text": pl.String(),  # what stood there, cut to a readable length
}
"""Rows that could not be read."""


class SourceError(Exception):
    """The outside world gave nothing usable. `may_pass`: trying again later can help."""

    may_pass = False


class ObjectMissing(SourceError):
    """A source has no extract of an object at all."""


class UnreadableExtract(SourceError):
    """An extract is there and cannot be read as a table."""


class SourceUnreachable(SourceError):
    """The source did not answer."""

    may_pass = True


class NobodyKnows(SourceUnreachable):
    """The source was told to change something, and gave no answer: it may have done it or not."""


class TooManyRequests(SourceError):
    """The source asks for a longer wait than a run has time for."""

    may_pass = True


class LoginRefused(SourceError):
    """The source does not know the login, or the login may not do what is asked."""


class SecretMissing(SourceError):
    """The environment variable that holds a secret is not set."""


class RequestRefused(SourceError):
    """The source understood a question and will not answer it, as when a column is not there any more."""


class IncompleteExtract(SourceError):
    """The source gave fewer records, or other ones, than it says that there are."""

    may_pass = True


class ExtraMissing(SourceError):
    """A library that only some companies need is not installed."""


class TellsNoPast(SourceError):
    """A source that knows only its present was asked for a day that is over, of which nothing was kept."""


@dataclass(frozen=True)
class RawExtract:
    """What a source said about one object on one day: every column as text, empty as null."""

    day: date
    contents: Literal["full", "changed"]
    frame: pl.DataFrame
    rejected: pl.DataFrame
    origin: str


class Source(Protocol):
    """A system's extracts, by object and day."""

    def days(self, object_name: str) -> list[date]:
        """The days on which there is an extract of the object, ascending."""
        ...

    def read(self, object_name: str, day: date) -> RawExtract:
        """The extract of a day. Raises SourceError."""
        ...

    def fingerprint(self, object_name: str, day: date) -> str:
        """Changes whenever the extract of the day may have changed; cheap to ask."""
        ...

    def offered(self) -> list[str] | None:
        """The objects that there are, mapped or not; None where that cannot be told."""
        ...

    def missing(self, object_name: str) -> ObjectMissing:
        """The error for an object without any extract: what was looked for, where, and what is there instead."""
        ...


def nothing_rejected() -> pl.DataFrame:
    """No row was rejected."""
    return pl.DataFrame(schema=REJECTED_SCHEMA)
