import datetime as dt
import threading

import pytest

from revrecon.daily.day import Day
from revrecon.daily.deciding import amendment, take
from revrecon.daily.decisions_file import DecisionsFileRefused, decisions_of_file
from revrecon.daily.follow_up import follow_ups
from revrecon.decisions.amending import AmendmentRefused
from revrecon.decisions.kinds import DEED
from revrecon.decisions.standup_register import StandupRegister
from revrecon.decisions.taken import taken
from revrecon.tickets.ledger import Ledger
from revrecon_tests.shops import FIRST, SECOND, THIRD, begun, inputs_of, run, shop_on_disk


@pytest.fixture
def shop(tmp_path):
    """The shop after its second day, on which the quotes broke."""
    root = shop_on_disk(tmp_path)
    begun(root, FIRST, SECOND)
    return root


def day_of(root, day=SECOND):
    inputs = inputs_of(root)
    return Day(inputs.loaded, inputs.home, day)


def decided(kind, on=THIRD, by="ann", why="Agreed.", **answers):
    return taken(DEED.validate_python({"kind": kind, **answers}), on, by, why)


def states(root, as_of):
    inputs = inputs_of(root)
    return dict(follow_ups(inputs.home, inputs.loaded.map, as_of).select("kind", "state").iter_rows())


def live_ticket(root):
    day = day_of(root)
    return next(ticket for ticket in Ledger(day.home.ledger).tickets(day.map, SECOND) if ticket.live)


def test_a_fix_that_was_made_has_worked_and_one_that_was_not_has_failed(shop):
    ticket = live_ticket(shop)
    day = day_of(shop)
    take(day, amendment(day, [decided("fix_data", ticket=ticket.id, due=dt.date(2026, 3, 10))]))
    assert states(shop, SECOND) == {}  # it was taken on the morning after
    run(shop, THIRD)
    assert states(shop, THIRD) == {"fix_data": "worked"}


def test_a_decision_in_the_map_is_there_for_the_next_run_and_keeps_both_versions(shop):
    day = day_of(shop)
    asked = amendment(
        day,
        [
            decided(
                "adjust_threshold", entity="deal", cause=live_ticket(shop).cause, measure="count", breach=500, warn=400
            )
        ],
    )
    assert "+  version" not in asked.difference
    assert asked.difference.count("\n+") >= 3
    loaded = take(day, asked)
    assert loaded.map.map.version == day.map.map.version + 1
    assert {path.suffix for path in day.home.maps.iterdir()} >= {".yaml", ".json"}
    assert len(list(day.home.maps.glob("*.yaml"))) == 2
    run(shop, THIRD)
    assert states(shop, THIRD)["adjust_threshold"] == "worked"


def test_the_same_decision_entered_twice_is_one(shop):
    day = day_of(shop)
    one = decided("re_parent", entity="account", child="A2", parent="A1")
    take(day, amendment(day, [one]))
    again = day_of(shop)
    assert amendment(again, [one]).difference == ""
    take(again, amendment(again, [one]))
    assert len(StandupRegister(day.home.ledger).all()) == 1
    assert inputs_of(shop).loaded.map.map.version == day.map.map.version + 1


def test_a_map_that_was_changed_meanwhile_is_not_overwritten(shop):
    day = day_of(shop)
    asked = amendment(day, [decided("re_parent", entity="account", child="A2", parent="A1")])
    path = shop / "entity_map.yaml"
    path.write_text(path.read_text() + "\n# a colleague's note\n")
    with pytest.raises(AmendmentRefused, match="was changed meanwhile"):
        take(day, asked)
    assert StandupRegister(day.home.ledger).all() == []
    assert path.read_text().endswith("# a colleague's note\n")


@pytest.mark.parametrize(
    ("kind", "answers", "said"),
    [
        ("fix_data", {"ticket": "RR-AAAAAAAA", "due": "2026-03-20"}, "There is no ticket 'RR-AAAAAAAA'"),
        ("re_parent", {"entity": "deal", "child": "A", "parent": "B"}, "'deal' has no hierarchy in the map"),
        ("re_parent", {"entity": "account", "child": "ZZ", "parent": None}, "crm has no record 'ZZ' of account"),
        ("merge", {"entity": "account", "left": "crm/A1", "right": "bokks/C1"}, "'bokks' is no copy of account"),
        ("merge", {"entity": "acount", "left": "crm/A1", "right": "books/C1"}, "did you mean 'account'"),
    ],
)
def test_a_decision_about_what_is_not_there_says_so(shop, kind, answers, said):
    with pytest.raises(AmendmentRefused, match=said):
        amendment(day_of(shop), [decided(kind, **answers)])


@pytest.mark.parametrize(
    ("by", "why", "said"), [("bob", "x", "no person of the map"), ("ann", " ", "reason is missing")]
)
def test_a_decision_has_a_person_and_a_reason(shop, by, why, said):
    with pytest.raises(AmendmentRefused, match=said):
        amendment(day_of(shop), [decided("re_parent", by=by, why=why, entity="account", child="A2", parent="A1")])


def test_a_file_of_decisions_is_taken_whole_or_not_at_all_with_every_mistake(tmp_path):
    path = tmp_path / "decisions.yaml"
    path.write_text(
        "- {by: ann, why: So., kind: fix_data, ticket: RR-7, due: 2026-03-20}\n"
        "- {by: ann, kind: re_parent, entity: account, child: A, parent: B}\n"
        "- {by: ann, why: So., kind: mend, entity: account}\n"
        "- {by: ann, why: So., kind: re_parent, entity: account, child: A, parent: B}\n"
    )
    with pytest.raises(DecisionsFileRefused) as refused:
        decisions_of_file(path, THIRD)
    lines = str(refused.value).splitlines()
    assert len(lines) == 4
    assert "line 1: ticket: " in lines[1]
    assert lines[2] == "  line 2: the key 'why' is missing"
    assert "line 3" in lines[3]


def test_a_file_of_decisions_says_what_was_decided(tmp_path):
    path = tmp_path / "decisions.yaml"
    path.write_text("- {on: 2026-03-03, by: ann, why: So., kind: re_parent, entity: account, child: A, parent: null}\n")
    (one,) = decisions_of_file(path, THIRD)
    assert (one.on, one.by, one.what) == (dt.date(2026, 3, 3), "ann", "Put account A under no parent.")


def test_two_people_who_decide_at_once_lose_nothing(shop):
    """Each writes down other decisions that leave the map as it is."""
    day = day_of(shop)
    ticket = live_ticket(shop).id
    asked = [[decided("fix_data", ticket=ticket, due=dt.date(2026, 3, 10 + n), why=f"Try {n}")] for n in range(6)]
    threads = [threading.Thread(target=StandupRegister(day.home.ledger).add, args=(one,)) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(StandupRegister(day.home.ledger).all()) == 6
