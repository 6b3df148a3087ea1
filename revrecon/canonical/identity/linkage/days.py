"""The day whose records a model is trained on: the same for every day of a quarter on which the same copies speak."""

from collections.abc import Mapping
from datetime import date


def training_day(day: date, first_days: Mapping[str, date], fiscal_year_start: int = 1) -> date:
    """The latest of: the start of the day's (fiscal) quarter, and the first days of the copies known by the day.

    `first_days`: per copy of the entity the first day on which it said anything. The result is never later than the
    day and depends on nothing but the lake, so that days may be run in any order.
    """
    known = [first for first in first_days.values() if first <= day]
    return max([_quarter_start(day, fiscal_year_start), *known])


def _quarter_start(day: date, fiscal_year_start: int) -> date:
    months = day.year * 12 + day.month - 1
    start = months - (months - (fiscal_year_start - 1)) % 3
    return date(start // 12, start % 12 + 1, 1)
