import datetime as dt
import difflib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from revrecon.entity_map.editing import MapText, NoPlace, flow
from revrecon_tests.repository import SHIPPED_MAP

PAGE = """\
# A page of a map.
map:
  version: 3            # rises with every change
  history:
    - {version: 3, on: 2026-01-01, why: 'first: of all'}

trees: {corrections: []}    # none yet
rules:
  - {cause: a, count: {warn: 1}}     # the special one
  - share: {warn: 1%}

  # what follows is for later
numbers:
  pipeline:
    text: >-
      A long
      sentence.
    conditions:
      open: phase = 'open'
      # never renewals
      no renewal: kind <> 'renewal'
    flow: {a: 1, b: [x, y]}
last: 'word'
"""


def changed(edited):
    """The lines that went and came, without those that stayed."""
    lines = difflib.ndiff(PAGE.splitlines(), edited.text.splitlines())
    return [line for line in lines if line[:1] in "+-"]


def read(text):
    return YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (
            lambda page: page.replaced(("map", "version"), 4),
            [
                "-   version: 3            # rises with every change",
                "+   version: 4            # rises with every change",
            ],
        ),
        (
            lambda page: page.with_item(("map", "history"), {"version": 4, "on": dt.date(2026, 2, 1)}),
            ["+     - {version: 4, on: 2026-02-01}"],
        ),
        (
            lambda page: page.with_item(("trees", "corrections"), {"child": "A", "parent": None}),
            [
                "- trees: {corrections: []}    # none yet",
                "+ trees: {corrections: [{child: A, parent: null}]}    # none yet",
            ],
        ),
        (lambda page: page.with_item(("rules",), {"cause": "b"}, 1), ["+   - {cause: b}"]),
        (lambda page: page.with_item(("rules",), {"cause": "b"}), ["+   - {cause: b}"]),
        (lambda page: page.without(("rules", 0)), ["-   - {cause: a, count: {warn: 1}}     # the special one"]),
        (
            lambda page: page.with_answer(("rules", 0, "gross"), {"breach": 5}),
            [
                "-   - {cause: a, count: {warn: 1}}     # the special one",
                "+   - {cause: a, count: {warn: 1}, gross: {breach: 5}}     # the special one",
            ],
        ),
        (
            lambda page: page.with_answer(("numbers", "pipeline", "measure"), {"count": "records"}),
            ["+     measure: {count: records}"],
        ),
        (
            lambda page: page.replaced(("numbers", "pipeline", "text"), "Short."),
            ["-     text: >-", "-       A long", "-       sentence.", "+     text: Short."],
        ),
        (
            lambda page: page.replaced_by_block(("numbers", "pipeline", "conditions"), {"big: one": "amount > 5"}),
            [
                "-       open: phase = 'open'", "-       # never renewals", "-       no renewal: kind <> 'renewal'",
                "+       'big: one': amount > 5",
            ],
        ),
        (
            lambda page: page.with_item_lines(("numbers", "pipeline", "previous"), ["version: 1", "text: old"]),
            ["+     previous:", "+       - version: 1", "+         text: old"],
        ),
        (
            lambda page: page.with_chapter("agreed", "What is agreed.", ["one: {cap: 5}"]),
            ["+ ", "+ # What is agreed.", "+ agreed:", "+   one: {cap: 5}"],
        ),
    ],
)  # fmt: skip
def test_an_edit_touches_only_its_own_lines(edit, lines):
    edited = edit(MapText(PAGE))
    assert sorted(changed(edited)) == sorted(lines)
    read(edited.text)


def test_a_block_is_taken_out_whole_with_its_comments():
    lines = MapText(PAGE).block_without(("numbers", "pipeline"), "flow")
    assert lines == [
        "text: >-", "  A long", "  sentence.", "conditions:", "  open: phase = 'open'", "  # never renewals",
        "  no renewal: kind <> 'renewal'",
    ]  # fmt: skip


def test_what_is_not_written_down_has_no_place():
    with pytest.raises(NoPlace, match=r"numbers\.revenue is not written down"):
        MapText(PAGE).replaced(("numbers", "revenue"), 1)


texts = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.dates(), texts)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))


@given(values)
@example({"&Úâkē 1": None})
def test_a_value_on_one_line_is_read_back_as_it_was(value):
    line = flow(value)
    assert "\n" not in line
    assert read(f"a: {line}\n") == {"a": value}


@given(values, st.sampled_from([("map", "version"), ("numbers", "pipeline", "conditions"), ("rules", 1), ("last",)]))
def test_whatever_is_written_elsewhere_stays_as_it_was(value, path):
    edited = MapText(PAGE).replaced(path, value)
    expected, now = read(PAGE), read(edited.text)
    place = expected
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    assert now == expected
    assert edited.text.count("#") - flow(value).count("#") >= PAGE.count("#") - 1  # at most the comment inside is gone


def test_the_shipped_map_keeps_every_comment():
    text = SHIPPED_MAP.read_text(encoding="utf-8")
    edited = MapText(text).replaced(("map", "version"), 99).with_item(("map", "history"), {"version": 99})
    assert [line for line in edited.text.splitlines() if "#" in line and "version:" not in line] == [
        line for line in text.splitlines() if "#" in line and "version:" not in line
    ]
