"""A day that is carried forward is the whole day."""

import datetime as dt
import random

import polars as pl
import pytest

from revrecon.daily.home import Home
from revrecon_tests.companies import company
from revrecon_tests.daily.carrying.changing_shop import (
    LINKED,
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
LINKED_MAPS = (LINKED, LINKED | UNTIMED, LINKED | SCALED)
EXTRACTS_ARE_SMALLER = 10_000


@pytest.mark.parametrize("contents", ["full", "full, news kept", "changed"])
@pytest.mark.parametrize("seed", range(8))
def test_days_that_are_carried_forward_are_the_whole_days(homes, seed, contents):
    """With news kept, they are carried over what extracts say anew, and whole days over all that they say."""
    contents, _, news_kept = contents.partition(", ")
    _pass_some_days(homes, seed, MAPS[seed % len(MAPS)], contents, bool(news_kept))


@pytest.mark.parametrize("contents", ["full, news kept", "changed"])
@pytest.mark.parametrize("seed", range(len(LINKED_MAPS)))
def test_days_on_which_likeness_joins_records_are_carried_forward_too(homes, seed, contents):
    contents, _, news_kept = contents.partition(", ")
    _pass_some_days(homes, seed, LINKED_MAPS[seed], contents, bool(news_kept))


@pytest.mark.parametrize("contents", ["full", "changed"])
@pytest.mark.parametrize("seed", range(3))
def test_numbers_and_bridges_of_carried_days_are_those_of_whole_days(homes, seed, contents):
    """A number that adds up over deals is carried with them; one that counts customers is worked out over all."""
    for day in _pass_some_days(homes, seed, (UNTIMED, {}, LINKED)[seed], contents, numbers=True):
        assert day.carried("deal").share("pipeline") is not None
        assert day.carried("deal").share("customers") is None


def _pass_some_days(homes, seed, edits, contents, news_kept=False, numbers=False):
    """Five days in two homes, carried forward in the first where that can be done; their tables must be the same.

    The days that were carried forward.
    """
    shop, mapped = ChangingShop(random.Random(seed)), company(**edits)
    mapped = mapped if numbers else without_numbers(mapped)
    shop.open(60)
    carried = []
    for number in range(5):
        for home in homes:
            with kept_beside_from(0 if news_kept and home is homes[0] else EXTRACTS_ARE_SMALLER):
                land(home, mapped, shop, contents if number else "full")
        days = [run(home, mapped, shop.day, full=home is homes[1]) for home in homes]
        assert_same_tables(*days)
        carried += [days[0]] if days[0].carried("deal") else []
        shop.pass_a_day()
    assert len(carried) >= 2
    return carried


def test_what_a_model_learned_anew_parts_is_worked_out_anew_though_nothing_was_said(homes):
    shop, mapped = ChangingShop(random.Random(2)), without_numbers(company(**LINKED | UNTIMED))
    shop.open(60)
    for key in [f"Q{n}" for n in range(60) if n % 5 == 0 and n % 7]:
        shop._edit("books/quote", key, "customer", "")  # so that only likeness tells whose quote it is
    days = []
    for _ in range(2):
        for home in homes:
            land(home, mapped, shop)
        days += [run(home, mapped, shop.day, full=home is homes[1]) for home in homes]
        assert_same_tables(*days[-2:])
        shop.day += dt.timedelta(days=1)
        for home in homes:
            _learn_that_hardly_any_are_the_same(home)
    joined = [(day.crosswalks["deal"]["linked_by"] == "linkage").sum() for day in days[::2]]
    assert joined[0] > joined[1] == 0
    assert days[2].carried("deal").keys.height >= joined[0]


def _learn_that_hardly_any_are_the_same(home):
    (model,) = (home.linkage / "deal" / "models").glob("*.parquet")
    rows = pl.read_parquet(model)
    prior = pl.when(pl.col("what") == "prior").then(1e-12).otherwise("value").alias("value")
    rows.with_columns(prior).write_parquet(model)


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
