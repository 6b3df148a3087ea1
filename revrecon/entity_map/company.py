"""Who the company is, who answers for what, and when the rhythms happen."""

from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field

from revrecon.entity_map.parts import Duration, Name, Part
from revrecon.entity_map.written import OnlyWritten


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"'{name}' is no time zone; use an IANA name such as America/New_York or UTC")
    return name


def _to_time(value: Any) -> Any:
    if isinstance(value, int):  # YAML 1.1 reads an unquoted 05:30 as 330 minutes
        return time(value // 60, value % 60)
    return value


Zone = Annotated[str, AfterValidator(_known_zone)]
"""An IANA time zone name."""

ClockTime = Annotated[
    time,
    OnlyWritten(
        _to_time,
        {"type": "string", "pattern": r"^\d{1,2}:\d{2}(:\d{2})?$", "description": "A time such as 05:30."},
    ),
]
"""A time of day, written `05:30`."""


class Company(Part):
    """Whose numbers these are, in which currency, and by which calendar."""

    name: str
    timezone: Zone
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1
    books_close_on: Annotated[int, Field(ge=1, le=28)] = 5

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class MapRevision(Part):
    """One line of the map's own history."""

    version: int
    on: date
    by: str
    why: str


class MapVersion(Part):
    """Which issue of the signed document this is."""

    version: Annotated[int, Field(ge=1)]
    history: tuple[MapRevision, ...] = ()


class Person(Part):
    """Someone who owns, represents or is escalated to."""

    name: str
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    deputy: Name | None = None
    manager: Name | None = None


class Department(Part):
    """A department that reports numbers."""

    title: str
    head: Name


class Rhythm(Part):
    """When one of the three rhythms happens, in the company's time zone."""

    at: ClockTime
    on: Literal["monday", "tuesday", "wednesday", "thursday", "friday"] | None = None
    working_day_of_quarter: int | None = None


class Escalation(Part):
    """A ticket that is older than `after` goes to this step of the ladder."""

    after: Duration
    to: Literal["owner", "deputy", "manager"]


class Rhythms(Part):
    """Daily reconciliation, weekly standup pack, quarterly audit."""

    daily: Rhythm
    tickets: Rhythm
    standup: Rhythm | None = None
    audit: Rhythm | None = None
    escalation: tuple[Escalation, ...] = ()
    holidays: tuple[date, ...] = ()
