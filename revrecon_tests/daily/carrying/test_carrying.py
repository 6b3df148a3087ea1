"""A day that is carried forward is the whole day."""

import random

import pytest

from revrecon.daily.home import Home
from revrecon_tests.companies import company
from revrecon_tests.daily.carrying.changing_shop import (
    SCALED,
    UNIQUE,
    ChangingShop,
    assert_same_tables,
    land,
    run,
    without_numbers,
)
from revrecon_tests.history.keeping import kept_beside_from


@pytest.fixture
def homes(tmp_path):
    return Home(tmp_path / "carried", own_ledger=True), Home(tmp_path / "whole", own_ledger=True)


MAPS = ({}, UNIQUE, SCALED)
EXTRACTS_ARE_SMALLER = 10_000


@pytest.mark.parametrize("contents", ["full", "full, news kept", "changed"])
@pytest.mark.parametrize("seed", range(6))
def test_days_that_are_carried_forward_are_the_whole_days(homes, seed, contents):
    """With news kept, they are carried over what extracts say anew, and whole days over all that they say."""
    contents, _, news_kept = contents.partition(", ")
    shop, mapped = ChangingShop(random.Random(seed)), without_numbers(company(**MAPS[seed % len(MAPS)]))
    shop.open(60)
    carried = 0
    for number in range(5):
        for home in homes:
            with kept_beside_from(0 if news_kept and home is homes[0] else EXTRACTS_ARE_SMALLER):
                land(home, mapped, shop, contents if number else "full")
        days = [run(home, mapped, shop.day, full=home is homes[1]) for home in homes]
        assert_same_tables(*days)
        carried += days[0].carried("deal") is not None
        shop.pass_a_day()
    assert carried >= 2
