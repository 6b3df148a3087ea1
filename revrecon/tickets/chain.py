"""A chain by hash: rows of which each holds the hash of the one before, and where such a chain does not hold."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

FIRST = "0" * 64
"""What the first row of a chain follows."""


@dataclass(frozen=True)
class Chained:
    """A row of a chain: its place, what it says it follows, its own hash, and whether it says what was hashed."""

    place: int
    previous_sha256: str
    sha256: str
    is_as_written: bool


@dataclass(frozen=True)
class Broken:
    """A place where a chain does not hold. `found` is the place of the row that stands there, another one when it is
    gone."""

    place: int
    found: int
    how: Literal["gone", "changed", "not following"]


def breaks(rows: Iterable[Chained], first: str = FIRST) -> Iterator[Broken]:
    """Every place where a chain does not hold, in its order; behind a row that is gone nothing is looked at.

    `first`: what its first row follows.
    """
    previous = first
    for place, row in enumerate(rows, start=1):
        if row.place != place:
            yield Broken(place, row.place, "gone")
            return
        if not row.is_as_written:
            yield Broken(place, place, "changed")
        if row.previous_sha256 != previous:
            yield Broken(place, place, "not following")
        previous = row.sha256


def faults(
    rows: Iterable[Chained], kind: str, of: str, named: Callable[[int], str], first: str = FIRST
) -> Iterator[str]:
    """The same in sentences. `kind` is what a row is called, `of` is of what; `named` names the row at a place."""
    for broken in breaks(rows, first):
        place = broken.place
        if broken.how == "gone":
            before = f"{kind} {broken.found} follows {kind} {place - 1}"
            yield f"{kind.capitalize()} {place} of {of} is gone: {before}."
        elif broken.how == "changed":
            yield f"{named(place)} is not what was written: its hash differs."
        else:
            yield f"{named(place)} does not follow the {kind} before it: that {kind} was changed or put in later."
