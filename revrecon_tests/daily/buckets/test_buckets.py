"""A day in buckets is the undivided day."""

import gc
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from revrecon.daily.buckets.bucket import BucketJob, BucketLake
from revrecon.daily.buckets.dividing import whole_because
from revrecon.daily.buckets.engine import InProcess, Spread
from revrecon.daily.buckets.judging import numbers_over
from revrecon.daily.carrying.part import PartLake
from revrecon.daily.home import Home
from revrecon.entity_map.loader import LoadedMap
from revrecon.history.lake import Lake
from revrecon_tests.companies import SHOP, TODAY, company, shop_tables
from revrecon_tests.daily.buckets.landing import assert_same_day, day_in, land
from revrecon_tests.daily.buckets.many_deals import STRICT, many_deals
from revrecon_tests.history.keeping import kept_beside_from
from revrecon_tests.numbers.random_currencies import in_currencies, rates, tables_in_currencies, with_rates
from revrecon_tests.numbers.random_shops import EARLIER, LAGGING, few, tables


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path, alone=True)


@pytest.mark.parametrize("buckets", [2, 7])
def test_the_shop_in_buckets_is_the_shop(home, buckets):
    land(home, company(), TODAY, shop_tables())
    assert_same_day(day_in(home, company(), TODAY), day_in(home, company(), TODAY, buckets))


@pytest.mark.parametrize("buckets", [2, 5])
def test_unique_names_wrong_units_and_deals_that_renew_deals_of_other_buckets_are_found_as_if_whole(home, buckets):
    strict = company(**STRICT)
    land(home, strict, EARLIER, many_deals(90))
    land(home, strict, TODAY, many_deals(140))
    whole = day_in(home, strict, TODAY)
    rules = set(whole.rule_findings("deal", "crm")["rule"])
    assert {"deal_name_is_unique", "amount_scale", "stage_is_allowed", "account_exists", "renews_exists"} <= rules
    assert_same_day(whole, day_in(home, strict, TODAY, buckets))


@few
@given(tables(), tables(), st.sampled_from([1, 2, 7]))
def test_random_companies_in_buckets_are_themselves(then, now, buckets):
    with TemporaryDirectory() as folder:
        home, mapped = Home(Path(folder), alone=True), company(LAGGING)
        land(home, mapped, EARLIER, then)
        land(home, mapped, TODAY, now)
        assert_same_day(day_in(home, mapped, TODAY), day_in(home, mapped, TODAY, buckets))


@few
@given(tables(), tables(), st.sampled_from([1, 2, 7]))
def test_what_is_received_of_them_may_be_what_extracts_say_anew(then, now, buckets):
    with TemporaryDirectory() as folder:
        mapped, homes = company(LAGGING), [Home(Path(folder) / name, alone=True) for name in ("whole", "news")]
        for home, smallest in zip(homes, (1_000, 0), strict=True):
            with kept_beside_from(smallest):
                land(home, mapped, EARLIER, then)
                land(home, mapped, TODAY, now)
        assert_same_day(day_in(homes[0], mapped, TODAY), day_in(homes[1], mapped, TODAY, buckets))


@few
@given(tables_in_currencies(), rates(), st.sampled_from([2, 3]))
def test_random_companies_in_three_currencies_are_too(now, given_rates, buckets):
    with TemporaryDirectory() as folder:
        home, mapped = Home(Path(folder), alone=True), with_rates(company(in_currencies(LAGGING)), *given_rates)
        land(home, mapped, EARLIER, now)
        land(home, mapped, TODAY, now)
        assert_same_day(day_in(home, mapped, TODAY), day_in(home, mapped, TODAY, buckets))


def test_an_additive_number_is_put_together_from_buckets_and_a_count_of_roots_is_not(home):
    land(home, company(), TODAY, shop_tables())
    day = day_in(home, company(), TODAY, 3)
    share = day.divided["deal"].share("pipeline")
    assert share is not None
    sums = {row["definition"]: row["value"] for row in share.figures.iter_rows(named=True)}
    assert sums == {"canonical": 900, "sales": 950, "books": 350}
    assert numbers_over(company(), "deal") == ["pipeline"]


def test_a_number_over_no_canonical_record_at_all_is_not_run_as_if_whole(home):
    nothing = "id | name | account | stage | amount | first_year | gone | created | changed"
    land(home, company(), TODAY, shop_tables(deals=nothing))
    whole, divided = day_in(home, company(), TODAY), day_in(home, company(), TODAY, 3)
    assert "nothing is known of any canonical copy of deal" in whole.number("pipeline").not_run[0]
    assert_same_day(whole, divided)


def test_what_is_staged_goes_with_the_day(home):
    land(home, company(), TODAY, shop_tables())
    day = day_in(home, company(), TODAY, 3)
    assert day.canonical("deal").height == 3
    assert len(list((home.root / "buckets").iterdir())) == 1
    del day
    gc.collect()
    assert list((home.root / "buckets").iterdir()) == []


def test_what_a_killed_run_staged_goes_after_two_days(home):
    land(home, company(), TODAY, shop_tables())
    for name, age in (("old", 3), ("young", 1)):
        left = home.root / "buckets" / name
        left.mkdir(parents=True)
        os.utime(left, (time.time() - age * 86_400,) * 2)
    assert len(day_in(home, company(), TODAY, 2).divided) == 1
    assert [path.name for path in (home.root / "buckets").iterdir() if "-" not in path.name] == ["young"]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        ({}, None),
        ({"deal_name: name, account: customer": "deal_name: name, wanted: {exists_in: customer, by: id}, "
          "account: customer", "stage: {type: text, allowed": "wanted: {type: boolean}\n        stage: {type: text, "
          "allowed"}, "a field of it looks into another object"),
        ({"object: quote\n        freshness": "object: customer\n        freshness"}, None),
        ({"      books:\n        object: quote": "      crm_too:\n        system: crm\n        object: Deal\n        "
          "fields: {stage: stage}\n      books:\n        object: quote"}, "two of its copies read one object"),
    ],
)  # fmt: skip
def test_an_entity_stays_whole_where_its_records_are_not_judged_by_themselves(edit, reason):
    assert whole_because(company(SHOP, **edit), "deal") == reason


def test_a_tree_stays_whole():
    assert whole_because(company(), "account") == "its records hang together in a tree"
    assert [name for name in company().entities if Spread(2, InProcess()).divides(company(), name)] == ["deal"]
    assert not Spread(1).divides(company(), "deal")


@pytest.mark.parametrize("as_of", [EARLIER, TODAY])
@pytest.mark.parametrize("only", [{"NAME", "amount"}, set()])
def test_of_a_bucket_and_of_some_records_some_columns_are_those_of_all(home, as_of, only):
    strict = company(**STRICT)
    land(home, strict, EARLIER, many_deals(30))
    land(home, strict, TODAY, many_deals(40))
    parts = day_in(home, strict, TODAY, 2).divided["deal"]
    job = BucketJob(LoadedMap(strict, "", "", Path("entity_map.yaml")), home.lake, parts.stage, TODAY, "deal", 1)
    keys = pl.DataFrame({"copy": ["crm"] * 3, "record_id": ["D1", "D7", "D33"]})
    for lake in (BucketLake(job), PartLake(Lake(home.lake), strict, "deal", keys, TODAY)):
        every = lake.last_rows("crm", "Deal", strict.systems["crm"].objects["Deal"], as_of)
        some = lake.last_rows("crm", "Deal", strict.systems["crm"].objects["Deal"], as_of, only)
        named = [name for name in every.columns if name.startswith("_") or name in {one.lower() for one in only}]
        assert_frame_equal(some, every.select(named), check_column_order=False)
        assert every.height > 0
