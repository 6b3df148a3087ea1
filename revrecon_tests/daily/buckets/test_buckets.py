"""A day in buckets is the undivided day."""

import gc
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from revrecon.daily.buckets.dividing import divided_entities, whole_because
from revrecon.daily.buckets.judging import numbers_over
from revrecon.daily.home import Home
from revrecon_tests.companies import SHOP, TODAY, company, shop_tables
from revrecon_tests.daily.buckets.landing import assert_same_day, day_in, land
from revrecon_tests.numbers.random_currencies import in_currencies, rates, tables_in_currencies, with_rates
from revrecon_tests.numbers.random_shops import EARLIER, LAGGING, tables

few = settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))

STRICT = {
    "deal_name: {type: text, standard: casefold}": "deal_name: {type: text, standard: casefold, unique: true}\n"
    "        renews: {type: reference, to: deal}",
    "amount: {type: money, at_least: 0}": "amount: {type: money, at_least: 0, scale: true}",
    "amount: amount, first_year: first_year}": "amount: amount, first_year: first_year, renews: renews}",
}
"""A shop whose deals have a name of their own, renew each other, and are written in one unit."""


def many_deals(count: int) -> dict[tuple[str, str], str | pl.DataFrame]:
    """Deals and their quotes, some of them doubled, renamed, forgotten, in thousands, or pointing nowhere."""
    chance = random.Random(count)
    clocks = {"created": "2026-01-10 00:00:00", "changed": "2026-03-31 12:00:00"}
    deals, quotes = [], []
    for n in range(count):
        amount = chance.randrange(1_000, 90_000)
        wrong = 1000 if n % 29 == 5 else 1
        deals.append(
            {"id": f"D{n}", "name": f"deal {n // 2 if n % 31 == 3 else n}", "account": f"A{n % 5}",
             "stage": chance.choice(["open", "won", "lost", "odd"]), "amount": f"{amount * wrong}.00",
             "first_year": f"{amount // 3}.00", "renews": f"D{n - 7}" if n % 3 else None,
             "gone": "yes" if n % 23 == 7 else "no", **clocks}
        )  # fmt: skip
        if n % 11:
            quotes.append(
                {"id": f"Q{n}", "name": "TEST" if n % 37 == 1 else f"deal {n}", "customer": f"C{1 + n % 2}",
                 "stage": "open", "total": f"{amount // 3 + n % 2}.00", "crm_id": f"D{n}" if n % 5 else None, **clocks}
            )  # fmt: skip
    rows = {("crm", "Deal"): deals, ("books", "quote"): quotes}
    return {**shop_tables(), **{place: pl.DataFrame(told) for place, told in rows.items()}}


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path, own_ledger=True)


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
        home, mapped = Home(Path(folder), own_ledger=True), company(LAGGING)
        land(home, mapped, EARLIER, then)
        land(home, mapped, TODAY, now)
        assert_same_day(day_in(home, mapped, TODAY), day_in(home, mapped, TODAY, buckets))


@few
@given(tables_in_currencies(), rates(), st.sampled_from([2, 3]))
def test_random_companies_in_three_currencies_are_too(now, given_rates, buckets):
    with TemporaryDirectory() as folder:
        home, mapped = Home(Path(folder), own_ledger=True), with_rates(company(in_currencies(LAGGING)), *given_rates)
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
    assert divided_entities(company()) == ["deal"]
