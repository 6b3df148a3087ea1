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


class UnknownConnector(SourceError):
    """The map names a connector that does not exist."""


class ObjectMissing(SourceError):
    """A source has no extract of an object at all."""


class UnreadableExtract(SourceError):
    """An extract is there and cannot be read as a table."""


class SourceUnreachable(SourceError):
    """The source did not answer."""

    may_pass = True


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
