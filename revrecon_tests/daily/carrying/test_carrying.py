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


@pytest.fixture
def homes(tmp_path):
    return Home(tmp_path / "carried", own_ledger=True), Home(tmp_path / "whole", own_ledger=True)


MAPS = ({}, UNIQUE, SCALED)


@pytest.mark.parametrize("contents", ["full", "changed"])
@pytest.mark.parametrize("seed", range(6))
def test_days_that_are_carried_forward_are_the_whole_days(homes, seed, contents):
    shop, mapped = ChangingShop(random.Random(seed)), without_numbers(company(**MAPS[seed % len(MAPS)]))
    shop.open(60)
    carried = 0
    for number in range(5):
        for home in homes:
            land(home, mapped, shop, contents if number else "full")
        days = [run(home, mapped, shop.day, full=home is homes[1]) for home in homes]
        assert_same_tables(*days)
        carried += days[0].carried("deal") is not None
        shop.pass_a_day()
    assert carried >= 2
