"""Business mornings: no weekends, none of the map's holidays."""

from collections.abc import Collection
from datetime import date, timedelta


def next_business_morning(day: date, holidays: Collection[date]) -> date:
    """The first day after a day that is no weekend and no holiday."""
    morning = day + timedelta(days=1)
    while morning.weekday() >= 5 or morning in holidays:
        morning += timedelta(days=1)
    return morning
