"""Values as Tryton writes them in JSON: decimals, dates and stamps are objects that name their class."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

from revrecon.sources.live.rows import Json, as_text, inside

_PARTS = ("year", "month", "day", "hour", "minute", "second", "microsecond")


def as_told(value: Json, kind: str) -> str | None:
    """A value as text. Stamps are in UTC; a truth that is kept as 1 is `true`; a link is the id of its record."""
    if value is None:
        return None
    if kind == "boolean":
        return as_text(bool(value))
    if not isinstance(value, Mapping):
        return as_text(value)
    match value.get("__class__"):
        case "Decimal":
            return as_text(Decimal(str(value["decimal"])))
        case "datetime":
            return moment_of(value).isoformat()
        case "date":
            return date(*_numbers(value, "year", "month", "day")).isoformat()
        case "time":
            hour, minute, second, part = _numbers(value, "hour", "minute", "second", "microsecond")
            return time(hour, minute, second, part).isoformat()
        case "timedelta":
            return as_text(value["seconds"])
        case _:
            return as_text(inside(value, "id")) if "id" in value else as_text(value)


def moment_of(told: Mapping[str, Json]) -> datetime:
    """The moment (UTC) of a stamp."""
    year, month, day, hour, minute, second, part = _numbers(told, *_PARTS)
    return datetime(year, month, day, hour, minute, second, part, tzinfo=UTC)


def stamp_of(moment: datetime) -> dict[str, object]:
    """A moment as a domain names it."""
    there = moment.astimezone(UTC)
    return {"__class__": "datetime", **{name: getattr(there, name) for name in _PARTS}}


def _numbers(told: Mapping[str, Json], *names: str) -> list[int]:
    return [int(str(told.get(name) or 0)) for name in names]
