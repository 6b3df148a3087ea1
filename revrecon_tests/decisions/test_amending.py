import datetime as dt
import difflib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.decisions.amending import AmendmentRefused, amended_text
from revrecon.decisions.kinds import (
    AdjustThreshold,
    AgreeDifference,
    ChangeDefinition,
    FixTheData,
    Merge,
    ReParent,
)
from revrecon.decisions.taken import taken
from revrecon.entity_map.agreed import OfABridge, OfACopy
from revrecon.entity_map.loader import load_map, parse_map
from revrecon_tests.repository import MAPS, SHIPPED_MAP

ON = dt.date(2027, 7, 20)


def amended(text, *deeds, on=ON):
    return amended_text(text, [taken(deed, on, "nadia", "Agreed by all.") for deed in deeds])


def touched(before, after):
    """How many lines went, and the ones that came."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return sum(line.startswith("- ") for line in lines), [line[2:] for line in lines if line.startswith("+ ")]


@pytest.fixture(scope="module")
def shipped():
    return SHIPPED_MAP.read_text(encoding="utf-8")


def test_what_is_not_about_the_map_leaves_it_as_it_is(shipped):
    fix = FixTheData(ticket="RR-AAAAAAAA", due=dt.date(2027, 8, 1))
    assert amended(shipped, fix, Merge(entity="account", left="crm/1", right="erp/2")) == shipped


def test_an_amendment_has_the_next_version_and_a_line_of_history(shipped):
    deed = AdjustThreshold(entity="account", cause="hierarchy.missing_parent", measure="count", breach=30)
    before, after = parse_map(shipped).map, parse_map(amended(shipped, deed)).map
    assert after.map.version == before.map.version + 1
    newest = after.map.history[-1]
    assert (newest.version, newest.on, newest.by) == (after.map.version, ON, "nadia")
    assert newest.why == "Standup: account hierarchy.missing_parent: count breach at 30 (Agreed by all)."


def test_a_threshold_is_changed_where_it_stands_and_keeps_its_other_limit(shipped):
    deed = AdjustThreshold(entity="account", cause="hierarchy.missing_parent", measure="count", breach=30)
    went, came = touched(shipped, amended(shipped, deed))
    assert went == 2
    assert "        - {cause: hierarchy.missing_parent, count: {warn: 1, breach: 30}}" in came
    assert len(came) == 3  # the version, the history, the limits


def test_a_threshold_for_one_copy_takes_over_the_general_limits_and_stands_first(shipped):
    deed = AdjustThreshold.model_validate(
        {"entity": "account", "copy": "erp", "cause": "quality.orphan", "measure": "count", "warn": 2}
    )
    after = parse_map(amended(shipped, deed)).map.entities["account"].reconciliation.thresholds
    assert after[-2].model_dump(by_alias=True, exclude_none=True) == {
        "copy": "erp", "cause": "quality.orphan", "share": {"warn": 0.01, "breach": 0.05}, "count": {"warn": 2},
    }  # fmt: skip
    assert after[-1].cause is None


def test_a_changed_definition_keeps_the_old_one_whole(shipped):
    deed = ChangeDefinition(
        number="pipeline", definition="sales", text="Open and qualified.",
        conditions={"open": "phase = 'open'", "qualified": "qualified"},
    )  # fmt: skip
    before = parse_map(shipped).map.numbers["pipeline"].definitions["sales"]
    after = parse_map(amended(shipped, deed)).map.numbers["pipeline"].definitions["sales"]
    assert (after.version, after.effective, after.text) == (before.version + 1, ON, "Open and qualified.")
    assert list(after.conditions) == ["open", "qualified"]
    assert after.measure == before.measure
    assert after.reported == before.reported  # what was typed in stays with the definition in force
    (kept,) = after.previous
    assert kept == before.model_copy(update={"reported": kept.reported})


def test_changing_a_definition_twice_keeps_both_the_latest_first(shipped):
    once = amended(shipped, ChangeDefinition(number="pipeline", definition="canonical", text="One."))
    twice = amended(
        once, ChangeDefinition(number="pipeline", definition="canonical", text="Two."), on=ON + dt.timedelta(7)
    )
    definition = parse_map(twice).map.numbers["pipeline"].definitions["canonical"]
    assert [definition.version, *(one.version for one in definition.previous)] == [5, 4, 3, 2]
    assert [definition.text, definition.previous[0].text] == ["Two.", "One."]


def test_a_later_correction_of_a_record_replaces_the_earlier_one(shipped):
    first = amended(shipped, ReParent(entity="account", child="001A", parent="001B"))
    second = amended(
        first,
        ReParent(entity="account", child="001A", parent=None),
        ReParent(entity="account", child="001C", parent="001B"),
    )
    corrections = parse_map(second).map.entities["account"].hierarchy.corrections
    assert [(one.child, one.parent, one.effective) for one in corrections] == [("001A", None, ON), ("001C", "001B", ON)]


def test_agreements_make_their_chapter_and_share_it(shipped):
    bridge = AgreeDifference(
        name="first_year", about=OfABridge(number="pipeline", definition="finance", cause="definition.measure"),
        cap=Decimal(6000000), until=dt.date(2027, 12, 31), owner="fiona",
    )  # fmt: skip
    about = OfACopy.model_validate({"entity": "product", "copy": "billing", "cause": "quality.wrong_value"})
    copy = AgreeDifference(name="old_prices", about=about, cap=Decimal("99.5"), until=dt.date(2027, 9, 1))
    text = amended(amended(shipped, bridge), copy)
    agreed = parse_map(text).map.agreed_differences
    assert [(name, one.owner, one.cap, one.agreed_on) for name, one in agreed.items()] == [
        ("first_year", "fiona", Decimal(6000000), ON), ("old_prices", "nadia", Decimal("99.5"), ON),
    ]  # fmt: skip
    assert text.startswith(shipped[:400])
    assert sum(line.startswith("# Differences that are accepted") for line in text.splitlines()) == 1


def test_an_amendment_that_would_break_the_map_is_refused_with_its_problems(shipped):
    about = OfABridge(number="pipeline", definition="finance", cause="definition.mesure")
    deed = AgreeDifference(name="typo", about=about, cap=Decimal(1), until=dt.date(2027, 12, 31))
    with pytest.raises(AmendmentRefused, match=r"did you mean 'definition\.measure'"):
        amended(shipped, deed)
    with pytest.raises(AmendmentRefused, match=r"numbers\.pipelin\.definitions\.finance"):
        amended(shipped, ChangeDefinition(number="pipelin", definition="finance", text="x"))


@pytest.mark.parametrize("path", MAPS, ids=[path.parent.name for path in MAPS])
@settings(max_examples=4, deadline=None)  # each reads a whole map several times
@given(data=st.data())
def test_whatever_is_decided_nothing_else_changes(path, data):
    loaded = load_map(path)
    entity = data.draw(st.sampled_from(sorted(loaded.map.entities)))
    number = data.draw(st.sampled_from(sorted(loaded.map.numbers)))
    definition = data.draw(st.sampled_from(sorted(loaded.map.numbers[number].definitions)))
    deed = data.draw(
        st.one_of(
            st.builds(
                AdjustThreshold, entity=st.just(entity), cause=st.sampled_from([None, "quality.orphan"]),
                measure=st.sampled_from(["count", "gross"]), breach=st.integers(1, 99).map(float),
            ),
            st.just(ChangeDefinition(number=number, definition=definition, text="New: words.")),
        )
    )  # fmt: skip
    after = parse_map(amended(loaded.text, deed)).map
    changed = {name for name in type(after).model_fields if getattr(after, name) != getattr(loaded.map, name)}
    assert changed <= {"map", "entities" if isinstance(deed, AdjustThreshold) else "numbers"}
    went, _ = touched(loaded.text, amended(loaded.text, deed))
    assert went <= 6, "only the version, the history and the answer itself are rewritten"
