"""Numbers over a carried entity: sums that become smaller and larger, and when they may be carried at all."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.daily.carrying.shares import adds_up, exchanged, goes_on
from revrecon.numbers.bridges import result_of_share
from revrecon.numbers.shares import share_of
from revrecon_tests.companies import TODAY, company, shop_tables, world_of

SHOP = company()

SAID = st.tuples(st.sampled_from(["open", "won"]), st.integers(50, 200), st.integers(50, 200))
"""What a day says of a deal: its stage, its amount, and the first year on its quote."""
DEALS = st.lists(st.tuples(SAID, SAID, st.booleans()), min_size=2, max_size=12)
"""What two days say of each deal, and whether the later one says anything else."""


def share(said: dict[int, tuple[str, int, int]]):
    """What some deals and their quotes give to the pipeline."""
    when = "2026-01-10 00:00:00 | 2026-01-10 00:00:00"
    deals = [
        f"D{n} | deal {n} | A1 | {stage} | {amount}.00 | 1.00 | no | {when}" for n, (stage, amount, _) in said.items()
    ]
    quotes = [f"Q{n} | deal {n} | C1 | {stage} | {year}.00 | D{n} | {when}" for n, (stage, _, year) in said.items()]
    heads = (
        "id | name | account | stage | amount | first_year | gone | created | changed",
        "id | name | customer | stage | total | crm_id | created | changed",
    )
    tables = {
        name: "\n".join([head, *rows])
        for name, head, rows in zip(("deals", "quotes"), heads, (deals, quotes), strict=True)
    }
    world = world_of(SHOP, shop_tables(**tables))
    return share_of(SHOP, "pipeline", TODAY, lambda _day: world)


@settings(max_examples=25, deadline=None)
@given(DEALS)
def test_what_changed_exchanged_is_what_all_records_give(deals):
    changed = {n for n, (_, _, is_other) in enumerate(deals) if is_other} or {0}
    then = {n: before for n, (before, _, _) in enumerate(deals)}
    now = {n: after if n in changed else before for n, (before, after, _) in enumerate(deals)}
    less, plus = ({n: said for n, said in day.items() if n in changed} for day in (then, now))
    found, whole = exchanged(share(then), share(less), share(plus)), share(now)
    results = [result_of_share(SHOP, "pipeline", TODAY, one) for one in (found, whole)]
    for name in ("figures", "bridges", "steps", "items", "orders", "order_matters"):
        assert getattr(results[0], name).equals(getattr(results[1], name)), name
    assert found.magnitudes.sort("definition").equals(whole.magnitudes.sort("definition"))
    assert found.labels.sort("definition", "unit_id").equals(whole.labels.sort("definition", "unit_id"))


@pytest.mark.parametrize(
    ("number", "edit", "expected"),
    [
        ("pipeline", {}, True),
        ("customers", {}, False),
        ("pipeline", {"large: amount > 100": "large: as_of > date '2026-01-01'"}, False),
        ("pipeline", {"large: amount > 100": "large: AS_OF > date '2026-01-01'"}, False),
        (
            "pipeline",
            {"Amount of open deals.\n": "Amount of open deals.\n        as_of: {rule: lag, lag: 1d}\n"},
            False,
        ),
    ],
    ids=[
        "a sum over one entity",
        "distinct roots",
        "a formula that asks what day it is",
        "the same, loudly",
        "a figure of the day before",
    ],
)
def test_a_number_is_carried_only_where_it_adds_up_whatever_day_it_is(number, edit, expected):
    mapped = company(**edit)
    assert adds_up(mapped, mapped.numbers[number], "deal", TODAY) is expected


@pytest.mark.parametrize(
    ("edit", "then", "expected"),
    [
        ({}, TODAY - dt.timedelta(1), True),
        ({"large: amount > 100": "large: Period_End > date '2026-01-01'"}, TODAY - dt.timedelta(1), False),
        ({"    unit: USD\n": "    unit: USD\n    per: quarter\n"}, TODAY - dt.timedelta(1), True),
        ({"    unit: USD\n": "    unit: USD\n    per: quarter\n"}, TODAY + dt.timedelta(1), False),
    ],
    ids=["no period", "until today, which formulas may ask for", "one quarter", "another quarter"],
)
def test_a_number_goes_on_from_a_day_only_where_its_periods_mean_the_same(edit, then, expected):
    number = company(**edit).numbers["pipeline"]
    assert goes_on(SHOP, number, then, TODAY) is expected
