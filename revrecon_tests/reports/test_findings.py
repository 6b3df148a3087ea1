"""The findings that are shown: every cause is heard, personal values are not."""

import datetime as dt
from decimal import Decimal

from revrecon.reports.daily import DailySheet
from revrecon.reports.finding_views import worst_findings
from revrecon_tests.companies import company
from revrecon_tests.reports.sheets import finding, findings, sheet

PERSONAL = company(**{"phone: {type: text": "phone: {personal: true, type: text"})


def of(*rows: dict[str, object]) -> DailySheet:
    return sheet(company(), findings=findings(*rows))


def test_every_cause_shows_its_largest_before_any_cause_shows_its_second() -> None:
    day = of(
        *(finding("quality.wrong_value", f"W{n}", entity="deal", amount=Decimal(100 + n)) for n in range(5)),
        finding("quality.duplicate", "D1", amount=None),
        finding("quality.orphan", "O1", entity="deal", amount=Decimal(-1)),
    )
    shown = worst_findings(day, most=4)
    assert [(c.cause, [row.record.rpartition("/")[2] for row in c.worst]) for c in shown.causes] == [
        ("quality.wrong_value", ["W4", "W3"]),
        ("quality.orphan", ["O1"]),
        ("quality.duplicate", ["D1"]),
    ]
    assert (shown.shown, shown.total) == (4, 7)


def test_of_equal_amounts_the_oldest_comes_first() -> None:
    old, new = dt.date(2026, 1, 1), dt.date(2026, 3, 1)
    day = of(finding("quality.duplicate", "new", since=new), finding("quality.duplicate", "old", since=old))
    assert [row.since for row in worst_findings(day).causes[0].worst] == ["2026-01-01", "2026-03-01"]


def test_net_and_gross_of_a_cause_show_that_offsetting_findings_cannot_hide() -> None:
    day = of(
        finding("quality.wrong_value", "1", entity="deal", amount=Decimal(70)),
        finding("quality.wrong_value", "2", entity="deal", amount=Decimal(-50)),
    )
    cause = worst_findings(day).causes[0]
    assert (cause.net, cause.gross) == ("+$20.00", "$120.00")


def test_amounts_of_unlike_units_are_not_added_up() -> None:
    day = sheet(
        company(**{"unit: USD": "unit: kUSD"}),
        findings=findings(
            finding("quality.wrong_value", "1", entity="deal", amount=Decimal(70)),
            finding("quality.wrong_value", "2", entity="product", amount=Decimal(50)),
        ),
    )
    cause = worst_findings(day).causes[0]
    assert (cause.net, cause.gross) == ("", "")
    assert [row.amount for row in cause.worst] == ["+$70.00\u00a0k", "+$50.00"]


def test_values_of_personal_fields_are_masked_before_anything_is_rendered() -> None:
    rows = findings(
        finding("quality.stale_copy", "1", expected="ann@example.com", observed="555-0199"),
        finding("quality.stale_copy", "2", expected="Al", observed=None),
        finding("quality.stale_copy", "3", field="account_name", expected="Acme", observed="ACNE"),
        finding("quality.missing_record", "4", field=None, expected=None, observed="why"),
    )
    shown = sheet(PERSONAL, findings=rows).findings.sort("record_id").select("expected", "observed").rows()
    assert shown == [("a•••@•••", "5•••"), ("•••", None), ("Acme", "ACNE"), (None, "why")]


def test_without_personal_fields_nothing_is_masked() -> None:
    assert of(finding("quality.stale_copy", "1")).findings["expected"].to_list() == ["555-0100"]
