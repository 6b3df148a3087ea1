import datetime as dt

import pytest

from revrecon.entity_map.company import Company
from revrecon.entity_map.numbers import AsOf
from revrecon.numbers.moments import last_closed_month_end, moment_of, periods
from revrecon_tests.companies import company


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        ("2026-11-04", "2026-09-30"),  # October closes on November 5
        ("2026-11-05", "2026-10-31"),
        ("2026-01-04", "2025-11-30"),
        ("2026-03-31", "2026-02-28"),
        ("2028-03-06", "2028-02-29"),
    ],
)
def test_the_last_closed_month_end_waits_for_the_books(day, closed):
    assert last_closed_month_end(dt.date.fromisoformat(day), 5) == dt.date.fromisoformat(closed)


def test_a_lag_looks_that_far_back():
    home = Company(name="x", timezone="UTC")
    assert moment_of(AsOf(rule="lag", lag="2d"), dt.date(2026, 3, 1), home) == dt.date(2026, 2, 27)


@pytest.mark.parametrize(
    ("start", "day", "names"),
    [
        (1, "2026-11-04", [("2026Q3", "2026-07-01", "2026-09-30"), ("2026Q4", "2026-10-01", "2026-12-31")]),
        (1, "2026-01-01", [("2025Q4", "2025-10-01", "2025-12-31"), ("2026Q1", "2026-01-01", "2026-03-31")]),
        (2, "2026-01-15", [("2026Q3", "2025-08-01", "2025-10-31"), ("2026Q4", "2025-11-01", "2026-01-31")]),
        (7, "2026-07-01", [("2026Q4", "2026-04-01", "2026-06-30"), ("2027Q1", "2026-07-01", "2026-09-30")]),
    ],
)
def test_quarters_follow_the_fiscal_year_which_is_named_after_its_end(start, day, names):
    number = company().numbers["pipeline"].model_copy(update={"per": "quarter", "periods": 2})
    home = Company(name="x", timezone="UTC", fiscal_year_start=start)
    found = periods(number, dt.date.fromisoformat(day), home)
    assert [(p.name, str(p.start), str(p.end)) for p in found] == names
