"""A day that is carried forward is the whole day."""

import datetime as dt
import random

import pytest

from revrecon.daily.home import Home
from revrecon_tests.companies import company
from revrecon_tests.daily.carrying.changing_shop import (
    SCALED,
    UNIQUE,
    UNTIMED,
    ChangingShop,
    assert_same_tables,
    land,
    run,
    without_numbers,
)
from revrecon_tests.history.keeping import kept_beside_from


@pytest.fixture
def homes(tmp_path):
    return Home(tmp_path / "carried", alone=True), Home(tmp_path / "whole", alone=True)


MAPS = ({}, UNIQUE, SCALED, UNTIMED)
EXTRACTS_ARE_SMALLER = 10_000


@pytest.mark.parametrize("contents", ["full", "full, news kept", "changed"])
@pytest.mark.parametrize("seed", range(8))
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


@pytest.mark.parametrize("smallest", [0, EXTRACTS_ARE_SMALLER], ids=["news kept", "read whole"])
@pytest.mark.parametrize("kind", ["deals", "quotes"])
def test_a_record_that_a_full_extract_lacks_is_looked_at_though_nothing_fell_due(homes, kind, smallest):
    shop, mapped = ChangingShop(random.Random(1)), without_numbers(company(**UNTIMED))
    shop.open(40)
    rows = getattr(shop, kind)
    for number in range(3):
        for home in homes:
            with kept_beside_from(smallest):
                land(home, mapped, shop)
        days = [run(home, mapped, shop.day, full=home is homes[1]) for home in homes]
        assert_same_tables(*days)
        assert (days[0].carried("deal") is not None) == (number > 0)
        shop.day += dt.timedelta(days=1)
        rows.pop(sorted(rows)[number])
