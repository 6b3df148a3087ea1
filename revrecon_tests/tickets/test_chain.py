"""A chain by hash tells where it does not hold."""

from dataclasses import replace

import pytest

from revrecon.tickets.chain import FIRST, Broken, Chained, breaks

WHOLE = [Chained(1, FIRST, "a", True), Chained(2, "a", "b", True), Chained(3, "b", "c", True)]


def test_a_chain_as_it_was_written_holds():
    assert list(breaks([])) == []
    assert list(breaks(WHOLE)) == []
    assert list(breaks(WHOLE[:2])) == []  # that its end is gone shows only against a head that was noted elsewhere


@pytest.mark.parametrize("lost", [0, 1])
def test_a_row_that_is_gone_ends_the_walk(lost):
    left = [row for place, row in enumerate(WHOLE) if place != lost]
    assert list(breaks([*left, Chained(9, "x", "y", False)])) == [Broken(lost + 1, lost + 2, "gone")]


def test_a_row_that_is_another_is_told_and_so_is_what_follows_the_one_that_was_there():
    changed = replace(WHOLE[1], is_as_written=False)
    anew = replace(WHOLE[1], sha256="other")  # with a hash that fits what it now says
    assert list(breaks([WHOLE[0], changed, WHOLE[2]])) == [Broken(2, 2, "changed")]
    assert list(breaks([WHOLE[0], anew, WHOLE[2]])) == [Broken(3, 3, "not following")]


def test_every_place_is_told():
    rows = [replace(row, is_as_written=False, previous_sha256="x") for row in WHOLE]
    assert [(one.place, one.how) for one in breaks(rows)] == [
        (place, how) for place in (1, 2, 3) for how in ("changed", "not following")
    ]


def test_a_chain_may_begin_otherwise():
    rows = [replace(WHOLE[0], previous_sha256=""), *WHOLE[1:]]
    assert list(breaks(rows, first="")) == []
    assert list(breaks(rows)) == [Broken(1, 1, "not following")]
