"""Why a day is worked out whole, and what is said of it."""

import dataclasses
import datetime as dt
import random

import pytest

from revrecon.canonical.identity.decisions import Decision
from revrecon.daily.carrying.conditions import whole_because
from revrecon.daily.carrying.keeping import carried_entities, worked_out
from revrecon.daily.carrying.settings import Carrying, CarryingUnknown, carrying_in
from revrecon.daily.home import Home
from revrecon_tests.companies import company
from revrecon_tests.daily.carrying.changing_shop import ChangingShop, assert_same_tables, land, run, without_numbers

RENEWING = {
    "amount: amount, first_year: first_year}": "amount: amount, first_year: first_year, renews: name}",
    "amount: {type: money, at_least: 0}": "amount: {type: money}\n        renews: {type: reference, to: deal}",
}
"""Deals that renew other deals."""


@pytest.fixture
def shop():
    made = ChangingShop(random.Random(5))
    made.open(60)
    return made


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path, alone=True)


@pytest.fixture
def mapped():
    return without_numbers(company())


def two_days(home, mapped, shop, full=False, second=None, decisions=()):
    """Run a day and, a little later, another one under a second map or decisions; the later one."""
    land(home, mapped, shop)
    run(home, mapped, shop.day, full=False)
    shop.day += dt.timedelta(1)
    shop._edit("crm/Deal", "D7", "amount", "123.00")
    land(home, mapped, shop)
    return run(home, second or mapped, shop.day, full=full, decisions=decisions)


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        ({}, None),
        ({"expected_when: stage = 'open'": "expected_when: as_of > date '2020-01-01'"}, "asks what day it is"),
        ({"expected_when: stage = 'open'": "expected_when: AS_OF > date '2020-01-01'"}, "asks what day it is"),
        ({"definition: {text: A sale.,": "definition: {text: What is for sale now.,"}, None),
        (RENEWING, "its records point to each other"),
    ],
)
def test_an_entity_that_cannot_be_carried_forward_says_why(edit, reason):
    found = whole_because(company(**edit), "deal")
    assert found is None if reason is None else reason in found
    assert whole_because(company(), "account") == "its records hang together in a tree"


def test_a_day_on_which_one_record_changed_works_few_out_anew_and_says_so(home, mapped, shop):
    day = two_days(home, mapped, shop)
    assert 0 < day.carried("deal").keys.height < 10
    assert worked_out(day, "deal").endswith("all others carried forward from 2026-03-02")
    assert worked_out(day, "account") == "whole: its records hang together in a tree"
    assert carried_entities(day)[0].startswith("deal: ")


def test_a_full_day_a_first_day_and_a_small_one_say_so(home, mapped, shop):
    assert worked_out(two_days(home, mapped, shop, full=True), "deal") == "whole: a whole day was asked for"
    day = two_days(home, mapped, shop)
    day.carrying = Carrying(least=100_000)
    assert dataclasses.replace(day.since("deal")).whole_because == "it is small"
    assert dataclasses.replace(day.since("deal"), day=run(home, mapped, dt.date(2026, 3, 2), True)).then is None


def test_another_map_is_no_reason_to_be_wrong(home, mapped, shop, tmp_path):
    second = without_numbers(company(**{"first_year: {absolute: 0.01}": "first_year: {absolute: 500}"}))
    day = two_days(home, mapped, shop, second=second)
    assert "the code, the map, a decision or what was received" in day.since("deal").whole_because
    other = Home(tmp_path / "other", alone=True)
    land(other, second, shop)
    assert day.drift_findings("deal", "books").equals(
        run(other, second, shop.day, True).drift_findings("deal", "books")
    )


def test_an_extract_that_arrives_late_for_the_earlier_day_is_not_missed(home, mapped, shop):
    land(home, mapped, shop)
    first = shop.day
    run(home, mapped, first, full=False)
    shop._edit("crm/Deal", "D9", "amount", "77.00")
    land(home, mapped, shop)
    shop.day += dt.timedelta(1)
    land(home, mapped, shop)
    assert "what was received up to 2026-03-02" in run(home, mapped, shop.day, full=False).since("deal").whole_because


def test_a_decision_that_begins_to_hold_is_looked_at(home, mapped, shop, tmp_path):
    begins = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    decided = Decision(
        "1", "deal", ("crm", "D1"), ("crm", "D2"), "same", "ann", "one deal", begins, shop.day + dt.timedelta(1)
    )
    land(home, mapped, shop)
    run(home, mapped, shop.day, full=False, decisions=[decided])
    shop.day += dt.timedelta(1)
    land(home, mapped, shop)
    day = run(home, mapped, shop.day, full=False, decisions=[decided])
    assert {"D1", "D2"} <= set(day.carried("deal").keys["record_id"])
    other = Home(tmp_path / "other", alone=True)
    land(other, mapped, dataclasses.replace(shop, day=shop.day - dt.timedelta(1)))
    land(other, mapped, shop)
    assert_same_tables(day, run(other, mapped, shop.day, full=True, decisions=[decided]))


def test_a_decision_that_holds_on_the_earlier_day_too_and_is_new_makes_the_day_whole(home, mapped, shop):
    when = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    decided = Decision("1", "deal", ("crm", "D1"), ("crm", "D2"), "same", "ann", "one deal", when)
    day = two_days(home, mapped, shop, decisions=[decided])
    assert "the code, the map, a decision" in worked_out(day, "deal")


def test_what_is_kept_for_later_days_may_be_removed(home, mapped, shop):
    land(home, mapped, shop)
    run(home, mapped, shop.day, full=False)
    for left in sorted(home.carried.rglob("*.parquet")):
        left.unlink()
    shop.day += dt.timedelta(1)
    land(home, mapped, shop)
    assert run(home, mapped, shop.day, full=False).carried("deal") is None


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, Carrying()), ({"REVRECON_FULL": "1"}, Carrying(full=True)), ({"REVRECON_FULL": "0"}, Carrying()),
     ({"REVRECON_CARRY_FROM": "10"}, Carrying(least=10))],
)  # fmt: skip
def test_the_environment_says_when_days_are_carried_forward(environment, expected):
    assert carrying_in(environment) == expected


def test_a_setting_that_is_no_number_is_told():
    with pytest.raises(CarryingUnknown, match="REVRECON_CARRY_FROM must be a number of records, not 'many'"):
        carrying_in({"REVRECON_CARRY_FROM": "many"})
