"""JSON as rows of text: nothing is rounded or guessed, and inner objects come by their names."""

from decimal import Decimal

import pytest

from revrecon.sources.live.rows import parsed, rows_of, texts, values_at


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None), ("", None), ("1e5", "1e5"), (True, "true"), (False, "false"), (12, "12"),
        (Decimal("1E+3"), "1000"), (Decimal("0.10"), "0.10"), ([1, "ü"], '[1, "ü"]'),
    ],
)  # fmt: skip
def test_a_value_is_told_as_a_file_would_hold_it(value, text):
    assert texts([value, "beside"]) == [text, "beside"]


def test_inner_objects_come_by_their_names_and_what_a_record_lacks_is_null():
    told = parsed(b'[{"id": 1, "of": {"a": {"b": 1.10}, "c": null}}, {"id": 2, "of": {}}, {"id": 3}]', "it")
    rows = rows_of(told, ["id", "of_a_b", "of_c", "of"])
    assert rows.rows() == [("1", "1.10", None, None), ("2", None, None, None), ("3", None, None, None)]


def test_a_path_that_ends_early_leads_to_nothing():
    records = [{"Owner": {"Name": "Ann"}}, {"Owner": None}, {"Owner": "Ann"}, {}]
    assert values_at(records, "Owner", "Name") == ["Ann", None, None, None]
    assert values_at(records, "Owner") == [{"Name": "Ann"}, None, "Ann", None]
