"""When a definition looks at the world, and which period a figure is for."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from revrecon.entity_map.company import Company
from revrecon.entity_map.numbers import AsOf, Number


@dataclass(frozen=True)
class Period:
    """A stretch of days, both ends included; a number without periods has one with an empty name."""

    name: str
    start: date
    end: date


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def last_closed_month_end(as_of: date, books_close_on: int) -> date:
    """The end of the last month whose books are closed: a month closes on a day of the next month."""
    previous = as_of.replace(day=1) - timedelta(days=1)
    if as_of.day >= books_close_on:
        return previous
    return previous.replace(day=1) - timedelta(days=1)


def moment_of(rule: AsOf, as_of: date, company: Company) -> date:
    """The last day that a definition sees when it is asked for a day."""
    if rule.rule == "last_closed_month_end":
        return last_closed_month_end(as_of, company.books_close_on)
    if rule.rule == "lag":
        return as_of - (rule.lag or timedelta())
    return as_of


def _quarter(day: date, fiscal_year_start: int) -> Period:
    into_year = (day.month - fiscal_year_start) % 12
    first = day.replace(day=1)
    for _ in range(into_year % 3):
        first = (first - timedelta(days=1)).replace(day=1)
    last = first
    for _ in range(2):
        last = month_end(last) + timedelta(days=1)
    year = day.year + (1 if fiscal_year_start > 1 and day.month >= fiscal_year_start else 0)
    return Period(f"{year}Q{into_year // 3 + 1}", first, month_end(last))


def last_quarter_end(as_of: date, company: Company) -> date:
    """The last day of the fiscal quarter before the one that a day is in."""
    return _quarter(as_of, company.fiscal_year_start).start - timedelta(days=1)


def quarter_of(day: date, company: Company) -> Period:
    """The fiscal quarter that a day is in."""
    return _quarter(day, company.fiscal_year_start)


def periods(number: Number, as_of: date, company: Company) -> list[Period]:
    """The periods of a number on a day, the oldest first; a fiscal year is named after the year in which it ends."""
    if number.per is None:
        return [Period("", date(1, 1, 1), as_of)]
    found: list[Period] = []
    day = as_of
    for _ in range(number.periods):
        period = _quarter(day, company.fiscal_year_start)
        found.insert(0, period)
        day = period.start - timedelta(days=1)
    return found
