"""What happened in a write, as it is kept: begun, each batch claimed and confirmed, ended. Nothing of it is changed."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from revrecon.entity_map.parts import Part
from revrecon.write_back.change import Change

Verdict = Literal["write", "already", "changed", "gone", "erased"]
"""What is to be done about a change by what the system holds now: write it; nothing, it is so already; nothing,
somebody else changed it; nothing, the record is not there; nothing, its person was erased here since it was planned."""

Outcome = Literal[
    "written", "altered", "dropped", "refused", "already", "changed", "gone", "erased", "unclear", "not tried"
]
"""How a change ended. `altered`: the system took it and holds something else now, such as its own spelling; `dropped`:
it said yes and did nothing; `unclear`: nobody knows whether it was us or someone else; the others as they say."""

DONE: frozenset[Outcome] = frozenset({"written", "altered", "already"})
"""Outcomes after which the system holds what was wanted."""
OURS: frozenset[Outcome] = frozenset({"written", "altered"})
"""Outcomes after which the value is ours, and can be undone."""


class Begun(Part):
    """A write is planned: all of it, before anything is written."""

    kind: Literal["begun"] = "begun"
    system: str
    target: str  # what the system said at its door
    as_of: date
    map_version: int
    map_sha256: str
    plan: str  # by which the plan can be named again
    undoes: str | None = None
    changes: tuple[Change, ...]


class Found(Part):
    """What a record held when its batch was claimed, and what follows."""

    change: str
    value: str | None
    verdict: Verdict


class Claimed(Part):
    """A batch is about to be written; the values that it held are kept first."""

    kind: Literal["claimed"] = "claimed"
    batch: int
    found: tuple[Found, ...]


class Result(Part):
    """How a change ended, what the system holds since, and what it said."""

    change: str
    outcome: Outcome
    after: str | None
    said: str = ""


class Confirmed(Part):
    """A batch was read again: how each of its changes ended."""

    kind: Literal["confirmed"] = "confirmed"
    batch: int
    results: tuple[Result, ...]


class Ended(Part):
    """Nothing more is written; `given_up`: batches were left that nobody wants any more."""

    kind: Literal["ended"] = "ended"
    given_up: bool = False


Event = Annotated[Begun | Claimed | Confirmed | Ended, Field(discriminator="kind")]
"""One thing that happened."""


class Entry(Part):
    """An event in its place in the record: when, by whom, and behind which other."""

    place: int
    write: str
    at: datetime
    by: str  # a person of the map
    login: str  # user@machine
    previous_sha256: str
    salt: str = ""  # forgotten where a person is erased, so that what the digest was made of cannot be tried out
    event: Event
