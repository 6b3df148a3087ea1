import datetime as dt

import pytest

from revrecon.audit.answers import ANSWERS, answers_against
from revrecon.audit.findings import AUDIT_SCHEMA, as_frame
from revrecon.audit.reality import Reality
from revrecon.entity_map.loader import parse_map
from revrecon.entity_map.reach import columns_read
from revrecon_tests.companies import SHOP

TODAY = dt.date(2026, 3, 31)


def shop(*changes):
    text = SHOP
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return parse_map(text).map


SOUND = shop()

STORIES = [
    ("every_definition_was_looked_at_within_a_year", {}, [("signed_off_on: 2026-01-01", "signed_off_on: 2024-01-01")]),
    (
        "every_definition_is_signed_by_someone_of_the_map", {},
        [("signed_off_on: 2026-01-01", "signed_off_on: 2026-06-01")],
    ),
    ("the_canonical_system_speaks", {"last_heard": {"crm": dt.date(2026, 3, 1)}}, []),
    ("the_canonical_system_speaks", {"last_heard": {"crm": None}}, []),
    ("every_copy_was_received", {"records": {("deal", "books"): 0}}, []),
    ("every_copy_has_a_freshness_limit", {}, [("        freshness: 24h\n", "")]),
    ("every_copy_keeps_its_freshness_limit", {"in_time": {("account", "books"): (0.8, 50, 30.0)}}, []),
    ("the_map_knows_every_object_that_a_system_sends", {"listed_objects": {"crm": ("Account", "Deal", "Lead")}}, []),
    ("every_column_that_is_sent_is_mapped", {"sent_columns": {("crm", "Deal"): ("id", "colour")}}, []),
    ("corrections_are_still_needed", {"caught_up": {"account": ("A2",)}}, []),
    (
        "every_tree_has_its_parents_mapped", {},
        [("phone: phone, parent: parent, category: category", "phone: phone, category: category")],
    ),
    ("every_required_field_is_enforced_at_entry", {}, []),
    (
        "every_mapped_field_is_filled",
        {"filled": {("deal", "books", "amount"): 0.0}, "records": {("deal", "books"): 40}}, [],
    ),
    ("every_match_key_links_something", {"linked_by": {"account": frozenset()}}, []),
    ("every_owner_has_a_deputy", {}, []),
]  # fmt: skip


@pytest.mark.parametrize(("check", "seen", "changes"), STORIES)
def test_an_answer_that_does_not_hold_is_told(check, seen, changes):
    found = [one for one in answers_against(shop(*changes), Reality(**seen), TODAY) if one.check == check]
    assert found
    for one in found:
        assert one.seen
        assert one.what_to_do.endswith(".")
        assert one.owner in SOUND.people


def test_what_could_not_be_looked_at_is_no_finding():
    """Nothing was seen: only what the map alone says can be wrong."""
    alone = {"every_required_field_is_enforced_at_entry", "every_owner_has_a_deputy", "every_cause_has_a_threshold"}
    alone |= {"every_copy_has_a_freshness_limit", "every_field_has_a_source_of_truth"}
    assert {one.check for one in answers_against(SOUND, Reality(), TODAY)} <= alone


def test_the_worst_comes_first_and_each_once():
    found = list(answers_against(SOUND, Reality(last_heard={"crm": None}), TODAY))
    frame = as_frame([*found, *found])
    assert frame.height == len(set(found))
    assert frame.columns == list(AUDIT_SCHEMA)
    assert frame["severity"][0] == "breach"


def test_every_column_that_the_map_names_anywhere_is_read():
    assert columns_read(SOUND, "crm", "Deal") >= {"id", "created", "changed", "gone"}


def test_every_rule_is_a_sentence_with_a_reason():
    for rule in ANSWERS:
        assert rule.__doc__
        assert len(rule.__name__.split("_")) >= 4
