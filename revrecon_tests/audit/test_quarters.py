import datetime as dt

import pytest

from revrecon.audit.quarter import NoSuchQuarter, audit_day, quarter_before, quarter_named, quarter_on
from revrecon.entity_map.company import Company, Rhythm, Rhythms


def company(start=1):
    return Company(name="Shop", timezone="UTC", fiscal_year_start=start)


@pytest.mark.parametrize(
    ("name", "start", "first", "last"),
    [
        ("2026Q3", 1, "2026-07-01", "2026-09-30"),
        ("2026 q1", 1, "2026-01-01", "2026-03-31"),
        ("2026Q1", 2, "2025-02-01", "2025-04-30"),  # a fiscal year is named after the year in which it ends
        ("2026Q4", 10, "2026-07-01", "2026-09-30"),
        ("2024Q1", 12, "2023-12-01", "2024-02-29"),
    ],
)
def test_a_quarter_by_its_name(name, start, first, last):
    quarter = quarter_named(name, company(start))
    assert (str(quarter.first), str(quarter.last)) == (first, last)
    assert quarter_on(quarter.last, company(start)) == quarter
    assert quarter_before(quarter, company(start)).last == quarter.first - dt.timedelta(days=1)
    assert len(quarter.days) in range(89, 93)


@pytest.mark.parametrize("name", ["2026", "2026Q5", "Q3", ""])
def test_what_is_no_quarter_says_how_one_is_written(name):
    with pytest.raises(NoSuchQuarter, match="such as 2026Q3"):
        quarter_named(name, company())


@pytest.mark.parametrize(
    ("number", "holidays", "on"),
    [(1, (), "2026-10-01"), (8, (), "2026-10-12"), (8, ("2026-10-12",), "2026-10-13")],
)
def test_an_audit_waits_for_working_days(number, holidays, on):
    at = Rhythm(at=dt.time(9))
    rhythms = Rhythms(
        daily=at, tickets=at, audit=Rhythm(at=dt.time(9), working_day_of_quarter=number),
        holidays=tuple(map(dt.date.fromisoformat, holidays)),
    )  # fmt: skip
    assert str(audit_day(rhythms, quarter_named("2026Q3", company()))) == on
