"""Numbers over amounts in several currencies: stories of small shops, and the laws of their bridges."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revrecon.findings import CATEGORY_ORDER
from revrecon.numbers.between import bridge_between
from revrecon.numbers.bridges import number_result
from revrecon.numbers.moments import Period
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.since import bridge_since
from revrecon.quality.drift import differences
from revrecon.quality.judgement import rule_findings
from revrecon_tests.companies import TODAY, company, shop_tables, world_of
from revrecon_tests.numbers.random_currencies import (
    AS_OF,
    BOOKING,
    MONTH_END,
    in_currencies,
    shops_in_currencies,
    tables_in_currencies,
    with_rates,
)
from revrecon_tests.numbers.random_shops import EARLIER, Shop, few
from revrecon_tests.tables import rows

ALWAYS = Period("", TODAY, TODAY)
RATES = (
    ("EUR", "2026-01-01", "1.10"), ("EUR", "2026-02-28", "1.20"), ("EUR", "2026-03-31", "1.25"),
    ("GBP", "2026-01-01", "1.3333333333"),
)  # fmt: skip
DEALS = """
    id | name  | account | stage | amount | first_year | gone | code | closes     | created             | changed
    D1 | Big   | A1      | open  | 900.00 | 300.00     | no   | EUR  | 2026-01-20 | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
    D2 | Small | A2      | open  | 500.01 | 50.00      | no   | GBP  | 2026-01-20 | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
    D3 | Home  | A2      | open  | 400.00 | 400.00     | no   | USD  |            | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
    D4 | Far   | A3      | open  | 700.00 | 70.00      | no   | JPY  | 2026-01-20 | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
    D5 | Later | A3      | open  | 200.00 | 20.00      | no   | EUR  | 2026-12-01 | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
"""  # noqa: E501  # a row of a table stays on its line
QUOTES = """
    id | name  | customer | stage | total  | code | closes     | crm_id | created             | changed
    Q1 | Big   | C1       | open  | 300.00 | EUR  | 2026-01-20 | D1     | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
    Q2 | Small | C2       | open  | 66.67  | USD  | 2026-01-20 | D2     | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
    Q3 | Home  | C2       | open  | 333.00 | EUR  | 2026-01-20 | D3     | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
"""


def shop(canonical=BOOKING, sales=MONTH_END, books=AS_OF, given_rates=RATES, deals=DEALS, quotes=QUOTES):
    mapped = with_rates(company(in_currencies(canonical=canonical, sales=sales, books=books)), *given_rates)
    return mapped, world_of(mapped, shop_tables(deals=deals, quotes=quotes))


def pipeline(mapped, world):
    return number_result(mapped, "pipeline", TODAY, lambda _: world)


def figures(found):
    return dict(rows(found.figures, "definition", "value"))


@pytest.mark.parametrize(
    ("day", "value"),
    [
        # 900 x 1.10 + 500.01 x 1.3333333333 + 400 + 200 x 1.25 (it closes after the as-of day)
        (BOOKING, "2306.68"),
        # at 2026-03-31, which is a month end itself
        (MONTH_END, "2441.68"),
        (AS_OF, "2441.68"),
    ],
)
def test_each_definition_converts_at_its_own_day(day, value):
    found = pipeline(*shop(sales=day))
    assert figures(found)["sales"] == Decimal(value)


def test_amounts_without_a_rate_are_left_out_and_told():
    found = pipeline(*shop())
    assert found.not_run == (
        "pipeline.canonical: 1 record(s) of deal are left out, the first D4: no rate of JPY on or before 2026-01-20; "
        "add the rate to 'currencies'.",
        "pipeline.sales: 1 record(s) of deal are left out, the first D4: no rate of JPY on or before 2026-03-31; "
        "add the rate to 'currencies'.",
    )


def test_an_amount_that_names_no_currency_is_never_taken_for_the_companys():
    found = pipeline(*shop(deals=DEALS.replace("| GBP  |", "|      |")))
    assert figures(found)["sales"] == Decimal("1775.00")
    assert any("D2: no currency is named" in note for note in found.not_run)


def test_another_conversion_day_is_a_timing_cause_of_its_own():
    mapped, world = shop()
    found = pipeline(mapped, world)
    sales = found.items.filter(pl.col("definition") == "sales", pl.col("cause") == "timing.exchange_rate")
    assert rows(sales, "category", "label", "amount", "detail") == [
        ("timing", "Big", Decimal("135.00"), "rates of 2026-03-31 instead of each closes up to 2026-03-31")
    ]
    bridge = found.bridges.filter(pl.col("definition") == "sales").row(0, named=True)
    assert (bridge["timing_step"], bridge["residual"]) == (Decimal("135.00"), Decimal(0))
    bars = dict(rows(found.orders.filter(pl.col("definition") == "sales"), "category", "shapley"))
    assert bars["timing"] == Decimal("135.00")


def test_half_cents_go_to_the_even_cent_once_per_record():
    deals = """
    id | name | account | stage | amount | first_year | gone | code | closes | created             | changed
    D1 | One  | A1      | open  | 100.01 |            | no   | EUR  |        | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
    D2 | Two  | A1      | open  | 100.03 |            | no   | EUR  |        | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
    """
    found = pipeline(*shop(given_rates=[("EUR", "2026-01-01", "0.5")], deals=deals))
    assert figures(found)["sales"] == Decimal("50.00") + Decimal("50.02")


def test_amounts_in_one_currency_are_compared_in_it_and_others_at_home():
    mapped, world = shop()
    found = differences(mapped, world, "deal", "books").filter(
        pl.col("field") == "first_year", pl.col("_id").is_not_null()
    )
    assert rows(found, "_id", "state", "expected", "observed", "amount") == [
        ("Q1", "equal", "300.00", "300.00", None),
        ("Q2", "equal", "50.00 GBP", "66.67 USD", None),
        ("Q3", "differs", "400.00 USD", "333.00 EUR", Decimal("16.25")),
    ]


def test_a_record_without_a_rate_is_a_finding_of_its_copy():
    mapped, world = shop()
    found = rule_findings(mapped, world, "deal", "crm").filter(pl.col("cause") == "quality.no_rate")
    assert rows(found, "record_id", "field", "expected", "observed") == [
        ("D4", "amount", "a rate to USD", "no rate of JPY on or before 2026-03-31")
    ]


def test_a_definition_that_looks_at_no_amount_misses_no_rate():
    mapped, world = shop()
    found = number_result(mapped, "customers", TODAY, lambda _: world)
    assert found.not_run == ()


def test_from_one_day_to_another_the_rates_alone_are_told_apart():
    mapped, world = shop(sales=AS_OF)
    earlier = world_of(mapped, shop_tables(deals=DEALS, quotes=QUOTES), EARLIER)
    found = bridge_since(
        mapped, "pipeline", "sales", (EARLIER, TODAY), ALWAYS, lambda day: world if day == TODAY else earlier
    )
    assert rows(found.items, "cause", "label", "amount") == [
        ("timing.exchange_rate", "Big", Decimal("45.00")),
        ("timing.exchange_rate", "Later", Decimal("10.00")),
    ]
    assert found.residual == 0


def test_received_rates_are_read_as_they_are_written():
    turned = "{sql: '1 / cast(per_dollar as decimal(18, 6))'}"
    rate = f"{{system: books, object: rate, date: day, currency: code, rate: {turned}}}"
    text = in_currencies() + f"currencies: {{received: {rate}}}\n"
    quote = "      quote: {key: [id], created: created, changed: changed}"
    text = text.replace(quote, f"{quote}\n      rate: {{key: [id]}}")
    mapped = company(text)
    received = """
    id | day        | code | per_dollar
    1  | 2026-01-01 | EUR  | 0.8
    2  | 2026-03-01 | GBP  | 0.75
    3  | 2026-03-02 | GBP  | 0.5
    4  | 2026-03-02 | GBP  | 0.625
    5  | 2026-03-03 |      | 0.5
    """
    world = world_of(mapped, shop_tables(deals=DEALS, quotes=QUOTES) | {("books", "rate"): received})
    assert rows(world.rates.known) == [
        ("EUR", dt.date(2026, 1, 1), Decimal("1.25")),
        ("GBP", dt.date(2026, 3, 1), Decimal("1.3333333333")),
        ("GBP", dt.date(2026, 3, 2), Decimal("1.6")),
    ]
    assert world.rates.unusable.startswith("1 row(s) of books/rate are no rates above zero")
    assert any("books/rate" in note for note in pipeline(mapped, world).not_run)


@few
@given(shops_in_currencies())
def test_bridges_add_up_to_the_cent_in_three_currencies(shop):
    found = number_result(shop.map, "pipeline", TODAY, shop.world_on)
    for bridge in found.bridges.iter_rows(named=True):
        mine = pl.col("definition") == bridge["definition"]
        steps = sum(bridge[f"{category}_step"] for category in CATEGORY_ORDER)
        assert bridge["residual"] == 0
        assert bridge["reported"] == bridge["closing"] + steps
        bars = found.orders.filter(mine)
        if not bars.is_empty():
            assert bars["shapley"].sum() == bridge["reported"] - bridge["closing"]
            assert dict(rows(bars, "category", "in_order")) == {c: bridge[f"{c}_step"] for c in CATEGORY_ORDER}


@few
@given(shops_in_currencies(), st.permutations(["canonical", "sales", "books", "books:data", "books:data,tree,as_of"]))
def test_bridges_between_any_two_lenses_add_up_in_three_currencies(shop, lenses):
    try:
        found = bridge_between(shop.map, "pipeline", lenses[0], lenses[1], TODAY, ALWAYS, shop.world_on)
    except NotKnown:
        return
    assert found.residual == 0


@few
@given(shops_in_currencies(days=st.just(BOOKING)))
def test_the_same_conversion_day_on_both_sides_leaves_no_exchange_rate_items(shop):
    same_day = Shop(shop.map, shop.now, shop.now)
    found = number_result(shop.map, "pipeline", TODAY, same_day.world_on)
    past = pl.col("definition") == "sales"  # it looks at the same day as the canonical one
    assert found.items.filter(past, pl.col("cause") == "timing.exchange_rate").is_empty()


@few
@given(tables_in_currencies(codes=st.just("USD")), st.sampled_from([(), RATES]))
def test_a_company_with_one_currency_is_the_same_with_and_without_rates(given_tables, given_rates):
    from revrecon_tests.numbers.random_shops import LAGGING

    results = []
    for mapped in (company(LAGGING), with_rates(company(in_currencies(LAGGING)), *given_rates),
                   with_rates(company(LAGGING), *given_rates)):  # fmt: skip
        world = world_of(mapped, given_tables)
        found = number_result(mapped, "pipeline", TODAY, lambda _, w=world: w)
        results.append((found.figures, found.bridges, found.steps, found.items, found.orders, found.not_run))
    for other in results[1:]:
        for one, two in zip(results[0], other, strict=True):
            assert one.equals(two) if isinstance(one, pl.DataFrame) else one == two
