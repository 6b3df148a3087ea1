"""Every writer runs this contract: what is planned is there afterwards, and nothing else ever is."""

import pytest

from revrecon.sources.contract import SourceError
from revrecon.write_back.trouble import UnderWay, WriteRefused
from revrecon_tests.fakes.faults import Killed
from revrecon_tests.write_back.desks import DAY, Desk, on_changes

SYSTEMS = ("salesforce", "hubspot", "sql")
OVER_HTTP = ("salesforce", "hubspot")

FIVE = """
    number | column | to
    1      | name   | New 1
    1      | phone  | +1 555 0101
    2      | name   | New 2
    3      | name   | Ünï 🙂 & "Söhne"
    4      | name   | New 4
    5      | name   | New 5
"""


@pytest.fixture(params=SYSTEMS)
def desk(request, tmp_path, monkeypatch):
    return Desk(request.param, tmp_path, monkeypatch)


@pytest.fixture(params=OVER_HTTP)
def far(request, tmp_path, monkeypatch):
    made = Desk(request.param, tmp_path, monkeypatch)
    made.records(5)
    return made


def test_what_was_planned_is_there_afterwards_and_undoing_brings_back_what_was_before(desk):
    desk.records(6)
    write = desk.apply(FIVE)
    assert set(desk.outcomes(write).values()) == {"written"}
    assert len(write.batches) == 3
    assert [desk.holds(n) for n in range(1, 7)] == ["New 1", "New 2", 'Ünï 🙂 & "Söhne"', "New 4", "New 5", "Old"]
    assert desk.holds(1, "phone") == "+1 555 0101"
    undone, plan = desk.desk().undo_plan(write.id)
    assert undone.id == write.id
    back = desk.desk().apply(plan, undone.begun.as_of, "ann", undone.id)
    assert back.is_well
    assert [desk.holds(n) for n in range(1, 7)] == ["Old"] * 6
    assert desk.holds(1, "phone") == "1"
    assert desk.desk().record.faults() == []


def test_an_empty_value_is_filled_and_emptied_again_by_undoing(desk):
    desk.records(1, phone=None)
    write = desk.apply("number | column | to\n 1 | phone | 7\n 1 | master | acc-1")
    assert (desk.holds(1, "phone"), desk.holds(1, "master")) == ("7", "acc-1")
    undone, plan = desk.desk().undo_plan(write.id)
    assert desk.desk().apply(plan, undone.begun.as_of, "ann", undone.id).is_well
    assert (desk.holds(1, "phone"), desk.holds(1, "master")) == (None, None)


def test_what_somebody_changed_since_the_extract_is_told_and_left_alone(desk):
    desk.records(3)
    plan = desk.plan("number | column | to\n 1 | name | New\n 2 | name | New\n 3 | name | New\n 3 | phone | 9")
    desk.put(2, name="Theirs")
    desk.put(3, name="New", phone="1")
    found = {one.change: one.verdict for one in desk.desk().looked_at(plan).found}
    assert [found[change.id] for change in plan.changes] == ["write", "changed", "already", "write"]
    write = desk.desk().apply(plan, DAY, "ann")
    assert desk.outcomes(write) == {"1 name": "written", "2 name": "changed", "3 name": "already", "3 phone": "written"}
    assert desk.holds(2) == "Theirs"
    assert not write.is_well


def test_undoing_leaves_alone_what_others_changed_since(desk):
    desk.records(2)
    write = desk.apply("number | column | to\n 1 | name | New\n 2 | name | New")
    desk.put(2, name="Theirs")
    undone, plan = desk.desk().undo_plan(write.id)
    back = desk.desk().apply(plan, undone.begun.as_of, "ann", undone.id)
    assert desk.outcomes(back) == {"1 name": "written", "2 name": "changed"}
    assert (desk.holds(1), desk.holds(2)) == ("Old", "Theirs")


def test_undoing_twice_changes_nothing_and_undoing_the_undoing_writes_again(desk):
    desk.records(1)
    write = desk.apply("number | column | to\n 1 | name | New")
    first = undo(desk, write)
    again = undo(desk, write)
    assert (desk.outcomes(first), desk.outcomes(again)) == ({"1 name": "written"}, {"1 name": "already"})
    undo(desk, first)
    assert desk.holds(1) == "New"


def test_a_record_that_is_gone_is_told_and_the_others_are_written(desk):
    desk.records(2)
    plan = desk.plan("number | column | to\n 1 | name | New\n 2 | name | New")
    desk.stand_in.remove(desk.object, desk.key(1))
    write = desk.desk().apply(plan, DAY, "ann")
    assert desk.outcomes(write) == {"1 name": "gone", "2 name": "written"}


def test_what_a_rule_of_the_system_refuses_is_told_and_the_others_are_written(desk):
    desk.records(4)
    if desk.connector != "sql":
        desk.ways.refusals["bad"] = "bad is no good name"
    write = desk.apply("number|column|to\n 1|name|New\n 2|name|bad\n 3|name|New\n 4|name|New")
    assert desk.outcomes(write) == {"1 name": "written", "2 name": "refused", "3 name": "written", "4 name": "written"}
    said = [result.said for result in write.results.values() if result.outcome == "refused"]
    assert said[0]


def test_one_write_at_a_time_goes_into_a_system(desk):
    desk.records(1)
    plan = desk.plan("number | column | to\n 1 | name | New")
    with desk.desk()._locked("crm", "somebody else"), pytest.raises(UnderWay, match="is being written by process"):
        desk.desk().apply(plan, DAY, "ann")
    assert desk.holds(1) == "Old"
    assert desk.desk().apply(plan, DAY, "ann").is_well


def test_only_a_person_of_the_map_writes(desk):
    desk.records(1)
    with pytest.raises(WriteRefused, match="'bob' is no person of the map"):
        desk.desk().apply(desk.plan("number | column | to\n 1 | name | New"), DAY, "bob")
    assert desk.holds(1) == "Old"


@pytest.mark.parametrize("fault", ["timeout after", "cut before", "cut after", "error before", "error after"])
def test_a_lost_answer_is_looked_into_and_nothing_is_written_twice(far, fault):
    far.network.fault = on_changes(fault)
    write = far.apply(FIVE)
    assert set(far.outcomes(write).values()) == {"written"}
    assert once(far)


@pytest.mark.parametrize("fault", ["unreachable", "too many"])
def test_what_was_surely_not_done_is_told_again(far, fault):
    far.network.fault = on_changes(fault, fault)
    write = far.apply(FIVE)
    assert write.is_well
    assert once(far)


def test_a_process_that_dies_after_a_write_leaves_a_batch_that_the_next_one_finds_written(far):
    far.network.fault = on_changes(None, "killed")
    with pytest.raises(Killed):
        far.apply(FIVE)
    (write,) = far.desk().record.all()
    assert (write.state, sorted(write.claimed), sorted(write.confirmed)) == ("unfinished", [1, 2], [1])
    with pytest.raises(UnderWay, match=f"revrecon write-back resume {write.id}"):
        far.desk().apply(far.plan("number | column | to\n 1 | phone | 5"), DAY, "ann")
    done = far.desk().resume(write.id, "ann")
    assert done.is_well
    assert once(far)


def test_a_system_that_goes_away_is_told_with_the_way_to_go_on(far):
    far.network.fault = on_changes(None, *["cut before"] * 3)
    with pytest.raises(WriteRefused, match=r"stands at 1 of 3 batches.*revrecon write-back resume WB-") as told:
        far.apply(FIVE)
    assert isinstance(told.value.__cause__, SourceError)
    (write,) = far.desk().record.all()
    assert far.desk().resume(write.id, "ann").is_well
    assert once(far)


def test_a_write_that_is_given_up_is_read_and_can_be_undone(far):
    far.network.fault = on_changes(None, "killed")
    with pytest.raises(Killed):
        far.apply(FIVE)
    far.put(4, name="Theirs")
    write = far.desk().give_up(far.desk().record.all()[0].id, "ann")
    assert far.outcomes(write) == {
        "1 name": "written", "1 phone": "written", "2 name": "written", "3 name": "written", "4 name": "unclear",
        "5 name": "not tried",
    }  # fmt: skip
    undo(far, write)
    assert [far.holds(n) for n in range(1, 6)] == ["Old", "Old", "Old", "Theirs", "Old"]


def test_a_column_that_the_system_drops_without_a_word_is_found_out(far):
    far.ways.dropped.add(far.column("phone"))
    write = far.apply(FIVE)
    assert far.outcomes(write)["1 phone"] == "dropped"
    assert far.outcomes(write)["1 name"] == "written"
    assert not write.is_well


def test_a_value_that_the_system_spells_its_own_way_is_ours_and_can_be_undone(far):
    far.ways.spelling[far.column("phone")] = lambda value: value.replace(" ", "")
    write = far.apply("number | column | to\n 1 | phone | +1 555 0101")
    assert far.outcomes(write) == {"1 phone": "altered"}
    assert write.is_well
    undo(far, write)
    assert far.holds(1, "phone") == "1"


def test_a_column_that_the_metadata_calls_read_only_is_left_out_before_anything_is_written(far):
    far.ways.locked.add(far.column("phone"))
    write = far.apply(FIVE)
    assert "1 phone" not in far.outcomes(write)
    with pytest.raises(WriteRefused, match="Nothing of the plan can be written into crm"):
        far.apply("number | column | to\n 1 | phone | 5")


def test_a_login_that_runs_out_in_the_middle_is_renewed(far):
    plan = far.plan(FIVE)
    asked, left = far.stand_in.handle, [1]

    def running_out(request):
        changes = request.method == "PATCH" or request.url.path.endswith("/batch/update")
        if changes and left:
            left.pop()
            far.stand_in.expire()
        return asked(request)

    far.network.handle = running_out
    assert far.desk().apply(plan, DAY, "ann").is_well


def undo(desk, write):
    undone, plan = desk.desk().undo_plan(write.id)
    return desk.desk().apply(plan, undone.begun.as_of, "ann", undone.id)


def once(desk):
    """Every record was written exactly once."""
    keys = [key for key, _ in desk.ways.writes]
    return sorted(keys) == sorted(desk.key(n) for n in range(1, 6))
