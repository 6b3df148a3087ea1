import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.canonical.typing_values import read_clock, read_text, typed
from revrecon.entity_map.entities import FieldMapping
from revrecon.entity_map.formulas import FIELD_TYPES
from revrecon.entity_map.systems import Formats

NEW_YORK = ZoneInfo("America/New_York")
US = Formats(date=("%m/%d/%Y", "%Y-%m-%d"), timestamp=("%m/%d/%Y %H:%M:%S",), timezone="America/New_York")


def read(text, kind, mapping=None, formats=None):
    mapping = mapping or FieldMapping(column="value")
    expression = typed(pl.col("value"), kind, mapping, formats or Formats(), NEW_YORK)
    return pl.DataFrame({"value": [text]}, schema={"value": pl.String}).select(expression.alias("v")).item()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1,234.56", "money", Decimal("1234.56")),
        ("$ 1 234.5", "money", Decimal("1234.50")),
        ("(12.50)", "money", Decimal("-12.50")),
        ("9007199254740993.11", "money", Decimal("9007199254740993.11")),
        ("192.0", "integer", 192),
        ("yes", "boolean", True),
        ("0", "boolean", False),
        ("maybe", "boolean", None),
        ("abc", "money", None),
        ("2026-02-30", "date", None),
        ("  ", "text", None),
    ],
)
def test_text_is_read_exactly_or_not_at_all(text, kind, value):
    assert read(text, kind) == value


def test_a_comma_can_be_the_decimal_sign():
    assert read("1.234,56", "money", formats=Formats(decimal_comma=True)) == Decimal("1234.56")


def test_cents_are_divided_exactly():
    assert read("2374995", "money", FieldMapping(column="value", unit="cents")) == Decimal("23749.95")


def test_several_date_formats_are_tried_in_their_order():
    assert read("07/01/2026", "date", formats=US) == dt.date(2026, 7, 1)
    assert read("2026-07-01", "date", formats=US) == dt.date(2026, 7, 1)


def test_the_day_of_an_instant_is_the_companys_day():
    in_utc = FieldMapping(column="value", format=("%Y-%m-%dT%H:%M:%SZ",))
    assert read("2026-11-05T03:00:00Z", "date", in_utc) == dt.date(2026, 11, 4)
    assert read("1774897779", "date", FieldMapping(column="value", unit="epoch_seconds")) == dt.date(2026, 3, 30)


def test_a_local_stamp_is_read_in_its_systems_zone_on_both_clock_change_days():
    clock = pl.DataFrame({"t": ["03/08/2026 03:30:00", "11/01/2026 01:30:00", "03/08/2026 02:30:00"]})
    hours = clock.select(read_clock("t", US, NEW_YORK).dt.hour())["t"].to_list()
    assert hours == [7, 5, None]  # the third one never happened


def test_allowed_values_are_translated_before_they_are_typed():
    mapping = FieldMapping(column="value", translate={"Closed Won": "won"})
    assert read("Closed Won", "text", mapping) == "won"
    assert read("Open", "text", mapping) == "Open"


@pytest.mark.parametrize("text", ["9999-12-31 23:59:59", "0001-01-01 00:00:00"])
def test_a_moment_that_has_no_date_in_some_zone_cannot_be_read(text):
    assert read(text, "timestamp", formats=Formats(timezone="UTC")) is None
    assert read(text[:10], "date") == dt.date.fromisoformat(text[:10])


def test_seconds_beyond_all_years_cannot_be_read():
    assert read("9223372036854775807", "timestamp", FieldMapping(column="value", unit="epoch_seconds")) is None


@pytest.mark.parametrize("kind", ["text", "integer", "decimal", "money", "boolean", "date", "timestamp"])
@pytest.mark.parametrize("formats", [Formats(), US, Formats(decimal_comma=True), Formats(null_values=("", "n/a", "0"))])
@given(
    texts=st.lists(
        st.none()
        | st.sampled_from(["", " ", "0", "n/a", "true", "no", "2026-03-01", " 2026-03-01", "03/04/2026", "2026-3-1"])
        | st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str)
        | st.integers(-(10**19), 10**19).map(str)
        | st.from_regex(r"[-+$(]?[0-9 ,.']{1,8}[)e0]?", fullmatch=True)
        | st.text(max_size=4)
    )
)
@settings(deadline=None, max_examples=40)
def test_plain_values_that_are_read_at_once_are_read_as_by_the_whole_rule(kind, formats, texts):
    given_texts = pl.Series("value", texts, dtype=pl.String)
    mapping = FieldMapping(column="value")
    rule = typed(pl.col("value"), kind, mapping, formats, NEW_YORK).cast(FIELD_TYPES[kind])
    whole = given_texts.to_frame().select(rule.alias("value")).to_series()
    assert read_text(given_texts, kind, mapping, formats, NEW_YORK).to_list() == whole.to_list()
