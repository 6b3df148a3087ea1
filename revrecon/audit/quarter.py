"""Fiscal quarters by name, their days, and the working day on which they are audited."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from revrecon.entity_map.company import Company, Rhythms
from revrecon.numbers.moments import last_quarter_end, quarter_of
from revrecon.tickets.business_days import next_business_morning

_NAME = re.compile(r"(\d{4})[ -]?[Qq]([1-4])")
_USUAL_DAY = 8


class NoSuchQuarter(Exception):
    """A quarter was asked for by something that is no quarter's name."""


@dataclass(frozen=True)
class Quarter:
    """A fiscal quarter, both ends included; a fiscal year is named after the year in which it ends."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


def quarter_on(day: date, company: Company) -> Quarter:
    """The quarter that a day is in."""
    found = quarter_of(day, company)
    return Quarter(found.name, found.start, found.end)


def quarter_before(quarter: Quarter, company: Company) -> Quarter:
    """The one before."""
    return quarter_on(last_quarter_end(quarter.first, company), company)


def quarter_named(name: str, company: Company) -> Quarter:
    """A quarter by its name, such as 2026Q3. Raises NoSuchQuarter."""
    found = _NAME.fullmatch(name.strip())
    if found is None:
        raise NoSuchQuarter(f"'{name}' is no quarter; write the fiscal year and quarter such as 2026Q3.")
    wanted, day = f"{found[1]}Q{found[2]}", date(int(found[1]) - 1, 1, 15)
    while (quarter := quarter_on(day, company)).name != wanted:
        day = quarter.last + timedelta(days=15)
    return quarter


def audit_day(rhythms: Rhythms, quarter: Quarter) -> date:
    """The working day after a quarter's end on which the map has it audited; the eighth where it does not say."""
    asked = rhythms.audit.working_day_of_quarter if rhythms.audit else None
    day = quarter.last
    for _ in range(asked or _USUAL_DAY):
        day = next_business_morning(day, rhythms.holidays)
    return day
