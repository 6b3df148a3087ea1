"""Late systems, and the day on which a bridge's timing items leave it."""

import datetime as dt

import polars as pl
import pytest

from revrecon.daily.staleness import stale_findings
from revrecon.entity_map.numbers import AsOf
from revrecon.numbers.frames import ITEM_SCHEMA
from revrecon.quality.drift import OVERDUE_SCHEMA
from revrecon.timing.items import first_day_that_sees, timing_items
from revrecon.timing.late import late_claims, overdue_systems
from revrecon_tests.companies import company, shop_tables, world_of
from revrecon_tests.tables import rows

DAY = dt.timedelta(days=1)
START = dt.date(2026, 3, 1)


def silence(*days: int, as_of: int):
    spoken = {"books": [START + n * DAY for n in days]}
    claims = late_claims(spoken, {"books": DAY}, START + as_of * DAY)
    told = rows(claims, "claimed_on", "expected_on", "cleared_on", "outcome")
    return [(*((day - START).days if day else None for day in row[:3]), row[3]) for row in told], claims


@pytest.mark.parametrize(
    ("spoken", "as_of", "wanted"),
    [
        ((0, 1, 2), 3, []),
        ((0, 1, 2), 4, [(4, 5, None, "pending")]),
        ((0, 1, 2), 5, [(4, 5, None, "never")]),
        ((0, 1, 2, 5), 5, [(4, 5, 5, "in time")]),
        ((0, 1, 2, 9), 9, [(4, 5, 9, "late")]),
        ((0, 1, 2, 9), 6, [(4, 5, None, "never")]),
        ((), 6, []),
    ],
)
def test_a_system_that_missed_its_deadline_is_expected_back_the_next_day(spoken, as_of, wanted):
    assert silence(*spoken, as_of=as_of)[0] == wanted


def test_a_system_that_often_pauses_is_expected_within_its_usual_gap():
    told, claims = silence(*range(0, 90, 3), as_of=95)
    assert told[-1] == (89, 92, None, "never")
    assert claims["basis"][-1] == "usual gap of 3 d (95 % of 29 extracts)"


def test_a_system_that_is_not_back_when_expected_has_stale_copies_beside_its_missed_deadline():
    _, claims = silence(0, 1, 2, as_of=6)
    due = overdue_systems(claims)
    assert due == {"books": START + 5 * DAY}
    found = stale_findings(company(), {"books": START + 2 * DAY}, START + 6 * DAY, due)
    assert sorted(rows(found, "entity", "cause", "why")) == [
        ("account", "quality.stale_copy", "was timing, expected to clear on 2026-03-06"),
        ("account", "timing.late", None),
        ("deal", "quality.stale_copy", "was timing, expected to clear on 2026-03-06"),
        ("deal", "timing.late", None),
    ]


CLOSED, NOW = AsOf(rule="last_closed_month_end"), AsOf(rule="now")


@pytest.mark.parametrize(
    ("rule", "target", "wanted"),
    [
        (NOW, "2026-11-05", "2026-11-05"),
        (NOW, "2026-10-01", "2026-11-05"),
        (CLOSED, "2026-10-12", "2026-11-05"),
        (CLOSED, "2026-11-02", "2026-12-05"),
        (AsOf(rule="lag", lag=2 * DAY), "2026-11-04", "2026-11-06"),
        (NOW, "2030-01-01", None),
    ],
)
def test_a_figure_sees_a_day_once_its_moment_gets_there(rule, target, wanted):
    books = company().company.model_copy(update={"books_close_on": 5})
    seen = first_day_that_sees(books, rule, dt.date(2026, 11, 4), dt.date.fromisoformat(target))
    assert seen == (dt.date.fromisoformat(wanted) if wanted else None)


def test_items_clear_with_the_freshness_limit_or_when_the_departments_moment_gets_there():
    text = {"department: books\n        text: First year": "department: books\n        as_of: last_closed_month_end\n"
            "        text: First year"}  # fmt: skip
    shop = company(**text)
    as_of = dt.date(2026, 3, 31)
    deals = shop_tables()[("crm", "Deal")].replace("2026-01-11 00:00:00\n", "2026-03-12 15:00:00\n")

    def world_on(day):
        return world_of(shop, shop_tables(deals=deals), day)

    item = {"number": "pipeline", "period": "", "category": "timing", "detail": "", "records": "", "amount": 1}
    items = pl.DataFrame(
        [
            {**item, "definition": "sales", "cause": "timing.as_of", "unit_id": "crm:D1", "label": "Big"},
            {**item, "definition": "books", "cause": "timing.as_of", "unit_id": "crm:D2", "label": "Small"},
            {**item, "definition": "books", "cause": "timing.in_transit", "unit_id": "crm:D1", "label": "Big"},
            {**item, "definition": "books", "cause": "quality.orphan", "unit_id": "crm:D1", "label": "Big"},
        ],
        schema=ITEM_SCHEMA,
    )
    late = pl.DataFrame([("crm:D1", "", START, None)], schema=OVERDUE_SCHEMA, orient="row")
    found = timing_items(shop, as_of, items, world_on, {("deal", "books"): late})
    assert rows(found, "definition", "cause", "unit_id", "expected_on", "basis", "overdue_since") == [
        ("books", "timing.in_transit", "crm:D1", dt.date(2026, 4, 1),
         "freshness limit 24h; when the month's books close", START),
        ("sales", "timing.as_of", "crm:D1", dt.date(2026, 4, 1), "", None),
        ("books", "timing.as_of", "crm:D2", dt.date(2026, 4, 5), "when the month's books close", None),
    ]  # fmt: skip
