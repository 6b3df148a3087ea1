"""A decision as it was taken: what, on which day, by whom, and why."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime

from revrecon.decisions.kinds import DEED, Deed, sentence


@dataclass(frozen=True)
class Taken:
    """One decision of a standup."""

    id: str
    deed: Deed
    on: date  # the day of the standup
    by: str  # a person of the map
    why: str
    at: datetime  # UTC, when it was written down

    @property
    def what(self) -> str:
        return sentence(self.deed)


def taken(deed: Deed, on: date, by: str, why: str, at: datetime | None = None) -> Taken:
    """A decision with its id: the same one entered twice is one."""
    body = DEED.dump_json(deed, by_alias=True).decode()
    told = "\x1f".join((body, str(on), by, why))
    name = "DEC-" + hashlib.blake2b(told.encode(), digest_size=5).hexdigest()
    return Taken(name, deed, on, by, why, at or datetime.now(UTC))
