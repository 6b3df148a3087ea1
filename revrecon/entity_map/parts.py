"""Small values that several chapters of the Entity Map share."""

import re
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from revrecon.entity_map.written import AlsoWritten, OnlyWritten


class Part(BaseModel):
    """A frozen piece of the Entity Map: unknown keys are mistakes, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SignOff(Part):
    """Who signed for a department, and when."""

    by: str
    on: date


_DURATION = re.compile(r"^\s*(\d+)\s*(m|h|d)\s*$")
_SHARE = re.compile(r"^\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*$")
_LONGEST, _A_CENTURY = 8, timedelta(days=36_525)  # digits; days before the year 1 cannot be reckoned with
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _to_duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.match(str(value))
    if match is None:
        raise ValueError(f"'{value}' is no duration; write minutes, hours or days such as 30m, 24h or 2d")
    if len(match[1]) > _LONGEST or (length := timedelta(**{_UNITS[match[2]]: int(match[1])})) > _A_CENTURY:
        raise ValueError(
            f"'{match[1][:_LONGEST]} … {match[2]}' is longer than a hundred years; write a shorter duration"
        )
    return length


def _to_share(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = _SHARE.match(value)
    if match is None:
        raise ValueError(f"'{value}' is no number or share; write such as 0.02 or 2%")
    return float(match[1]) / (100 if match[2] else 1)


def _one_statement(value: str) -> str:
    if not value.strip():
        raise ValueError("an SQL expression is empty; write one expression over field names, such as amount > 0")
    return value.strip()


Duration = Annotated[
    timedelta,
    OnlyWritten(
        _to_duration,
        {"type": "string", "pattern": r"^\s*\d+\s*[mhd]\s*$", "description": "Such as 30m, 24h or 2d."},
    ),
]
"""A length of time, written `30m`, `24h` or `2d`."""

Share = Annotated[
    float,
    AlsoWritten(_to_share, {"type": "string", "pattern": r"^\s*[0-9.]+\s*%\s*$", "description": "A share such as 2%."}),
]
"""A share between 0 and 1, written `0.02` or `2%`."""

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
"""A name that also serves as a table, asset or check name: letters, digits and underscores."""

Sql = Annotated[str, AfterValidator(_one_statement)]
"""One scalar SQL expression over field or column names (DuckDB's dialect)."""


def in_hours(duration: timedelta) -> str:
    """A length of time as the map writes it: `24h`, or `30m` where it is no whole number of hours."""
    minutes = int(duration.total_seconds() // 60)
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
