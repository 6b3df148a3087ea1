import polars as pl
import pytest

from revrecon.decisions.clean_up import CLEAN_UP_SCHEMA
from revrecon.entity_map.permits import permit_of
from revrecon.sources.live.writing import typed, written_json
from revrecon.write_back.change import is_same
from revrecon.write_back.planning import wishes_of
from revrecon_tests.write_back.desks import Desk


@pytest.fixture
def desk(tmp_path, monkeypatch):
    made = Desk("sql", tmp_path, monkeypatch)
    made.records(4)
    return made


def test_only_permitted_columns_of_known_records_with_one_wish_are_planned(desk):
    plan = desk.plan(
        """
        number | column | to
        1      | name   | New
        1      | id     | k9
        2      | name   | Old
        3      | name   | One
        3      | name   | Another
        3      | phone  | 5
        4      | phone  | 6
        4      | phone  | 6
        9      | name   | New
        """
    )
    assert [(one.record_id, one.column, one.seen, one.to) for one in plan.changes] == [
        ("k1", "name", "Old", "New"),
        ("k3", "phone", "1", "5"),
        ("k4", "phone", "1", "6"),
    ]
    assert plan.reasons == [
        ("two findings want different values; settle them first", 2),
        ("the map does not permit thing.id to be written", 1),
        ("the last extract does not hold the record", 1),
    ]


def test_a_plan_and_its_changes_have_the_same_names_however_often_they_are_made(desk):
    wishes = "number | column | to\n 1 | name | New\n 2 | name | New"
    one, other = desk.plan(wishes), desk.plan("number | column | to\n 2 | name | New\n 1 | name | New")
    assert one.id == other.id
    assert {change.id for change in one.changes} == {change.id for change in other.changes}
    desk.put(1, name="Else")
    assert desk.plan(wishes).id != one.id


def test_a_record_is_written_once_with_all_its_columns_and_batches_are_no_larger_than_asked(desk):
    plan = desk.plan(
        "number|column|to\n 1|name|N\n 2|name|N\n 3|name|N\n 1|phone|7\n 4|name|N\n 4|master|m"
    ).in_batches(3)
    by_batch = {}
    for change in plan.changes:
        by_batch.setdefault(change.batch, set()).add(change.record_id)
    assert by_batch == {1: {"k1", "k2", "k3"}, 2: {"k4"}}


def test_what_is_for_people_to_do_is_left_out_by_its_kind(desk):
    rows = [
        {"object": "thing", "record_id": str(n), "action": action, "column": "name", "to": "x", "automatic": ready}
        for n, (action, ready) in enumerate(
            [("set", True), ("set", False), ("merge", False), ("create", False), ("look", False)]
        )
    ]
    wishes, left = wishes_of(pl.DataFrame(rows, schema=CLEAN_UP_SCHEMA))
    assert wishes["record_id"].to_list() == ["0"]
    assert len({one.why for one in left}) == 4


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("text", None, "", True),
        ("text", "02110", "2110", False),
        ("text", "1.0", "1", False),
        ("number", "1.0", "1", True),
        ("number", "10368.00", "10368.0", True),
        ("number", "1,0", "1.0", False),
        ("number", "a", "b", False),
        ("number", None, "0", False),
        ("boolean", "True", "true", True),
        ("boolean", "T", "true", False),
    ],
)
def test_values_are_compared_by_what_they_are(kind, one, other, same):
    assert is_same(kind, one, other) is same


def test_numbers_go_out_to_their_last_digit():
    values = [
        typed("money", "12345678901234567.89"),
        typed("boolean", "True"),
        typed("text", "1.0"),
        typed("money", None),
    ]
    assert written_json({"a": values}) == '{"a": [12345678901234567.89, true, "1.0", null]}'


def test_a_map_permits_nothing_by_itself(desk):
    crm = desk.loaded.map.systems["crm"]
    assert permit_of(crm) is not None
    assert permit_of(desk.loaded.map.systems["books"]) is None
