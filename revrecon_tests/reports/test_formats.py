"""Figures are written so that nobody misreads them."""

import datetime as dt
from decimal import Decimal

import pytest

from revrecon.reports.formats import compact, limit, listed, long_day, money, plural, share


def plain(text: str) -> str:
    """A text with ordinary blanks."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "signed", "written"),
    [
        ("10380253.4200", "USD", 2, False, "$10,380,253.42"),
        ("-781766.15", "USD", 2, False, "−$781,766.15"),
        ("7923586.63", "USD", 2, True, "+$7,923,586.63"),
        ("0", "USD", 2, True, "$0.00"),
        ("-0.001", "USD", 2, True, "$0.00"),
        ("1234.5", "EUR", 2, False, "€1,234.50"),
        ("1234.5", "CHF", 2, False, "CHF 1,234.50"),
        ("390339914.6", "kUSD", 1, False, "$390,339,914.6 k"),
        ("124", "count", 0, False, "124"),
        ("-19.0000", "count", 2, True, "−19"),
        ("1500", "tonnes", 0, False, "1,500 tonnes"),
    ],
)
def test_a_figure_in_full_has_its_unit_thousands_and_a_real_minus(
    value: str, unit: str, decimals: int, signed: bool, written: str
) -> None:
    assert plain(money(Decimal(value), unit, decimals, signed)) == written


def test_no_figure_is_a_dash_and_never_a_zero() -> None:
    assert money(None, "USD") == "–"


@pytest.mark.parametrize(
    ("value", "unit", "signed", "written"),
    [
        ("10380253.42", "USD", False, "$10.38 M"),
        ("-781766.15", "USD", True, "−$782 k"),
        ("-2416.77", "USD", True, "−$2,417"),
        ("4.17", "USD", True, "+$4.17"),
        ("999999.99", "USD", False, "$1.00 M"),
        ("99999.99", "USD", False, "$100 k"),
        ("390339914.6", "kUSD", False, "$390.34 bn"),
        ("151179199", "count", False, "151,179,199"),
        ("0", "USD", True, "$0.00"),
    ],
)
def test_a_figure_at_a_glance_keeps_at_least_three_digits(value: str, unit: str, signed: bool, written: str) -> None:
    assert plain(compact(Decimal(value), unit, signed)) == written


@pytest.mark.parametrize(
    ("value", "written"), [(0.0, "0.0 %"), (0.0004, "< 0.1 %"), (0.042, "4.2 %"), (1.0, "100.0 %"), (None, "–")]
)
def test_a_share_is_a_percentage_and_a_small_one_is_not_nothing(value: float | None, written: str) -> None:
    assert plain(share(value)) == written


@pytest.mark.parametrize(
    ("measure", "value", "written"),
    [
        ("share", 0.05, "5.0 % of records"),
        ("count", 1.0, "1 record"),
        ("gross", 250000.0, "$250,000 gross"),
        (None, None, "–"),
    ],
)
def test_a_limit_is_told_in_the_unit_of_its_measure(measure: str | None, value: float | None, written: str) -> None:
    assert plain(limit(measure, value, "USD")) == written


def test_words_are_joined_as_people_join_them() -> None:
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a"]) == "a"
    assert plural(1, "record") == "1 record"
    assert plural(1234, "record") == "1,234 records"
    assert long_day(dt.date(2026, 11, 4)) == "Wednesday, 4 November 2026"
