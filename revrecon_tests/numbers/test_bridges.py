from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.findings import CATEGORY_ORDER
from revrecon.numbers.bridges import number_result
from revrecon_tests.companies import CUSTOMERS, DEALS, QUOTES, SHOP, TODAY, company, shop_tables, world_of
from revrecon_tests.tables import rows


def result(number="pipeline", entity_map=None, **changed):
    return results(number, entity_map=entity_map, **changed)[0]


def results(*numbers, entity_map=None, **changed):
    mapped = entity_map or company()
    world = world_of(mapped, shop_tables(**changed))
    return [number_result(mapped, number, TODAY, lambda _: world) for number in numbers]


def steps(found, definition):
    return rows(found.steps.filter(pl.col("definition") == definition), "cause", "detail", "amount")


def test_each_department_reports_its_own_figure_with_a_caption():
    found = result()
    assert dict(rows(found.figures, "definition", "value")) == {
        "canonical": Decimal("900.0000"),
        "sales": Decimal("950.0000"),
        "books": Decimal("350.0000"),
    }
    assert found.figures["caption"][0] == ("Pipeline $900.00, as of 2026-03-31 23:59 EDT, definition pipeline@2, map 1")


def test_a_definition_step_opens_into_the_maps_named_conditions_and_components():
    found = result()
    assert steps(found, "sales") == [("definition.filter", "not: large", Decimal(50))]
    assert steps(found, "books") == [
        ("definition.measure", "first year instead of amount", Decimal(-600)),
        ("definition.filter", "not: large", Decimal(50)),
    ]


def test_wrong_missing_orphaned_and_double_records_each_have_their_cause():
    quotes = """
        id | name  | customer | stage | total  | crm_id | created | changed
        Q1 | Big   | C1       | open  | 310.00 | D1     | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
        Q3 | Big   | C1       | open  | 310.00 | D1     | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
        Q7 | Ghost | C1       | open  | 7.00   |        | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
        Q8 | TEST  | C1       | open  | 2.00   |        | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
    """
    quality = [step for step in steps(result(quotes=quotes), "books") if step[0].startswith("quality")]
    assert quality == [
        ("quality.duplicate", "held more than once", Decimal(310)),
        ("quality.missing_record", "not copied", Decimal(-50)),
        ("quality.wrong_value", "first_year", Decimal(10)),
        ("quality.orphan", "stands for nothing canonical", Decimal(7)),
        ("quality.excluded", "a test", Decimal(2)),
    ]


def test_a_difference_within_the_freshness_limit_is_timing():
    fresh = DEALS.replace(
        "300.00     | no   | 2026-01-10 00:00:00 | 2026-01-10", "280.00 | no | 2026-01-10 00:00:00 | 2026-03-31"
    )
    assert ("timing.in_transit", "changed within 24h", Decimal(20)) in steps(result(deals=fresh), "books")


def test_items_name_the_departments_own_records_and_what_people_call_them():
    found = result(quotes=QUOTES.replace("300.00", "310.00"))
    item = found.items.filter(pl.col("cause") == "quality.wrong_value").row(0, named=True)
    assert (item["unit_id"], item["records"], item["label"]) == ("crm:D1", "books/quote/Q1", "Big")


def test_customers_are_counted_by_roots_and_the_trees_difference_is_hierarchy():
    lost = CUSTOMERS.replace("| C1     |", "|        |")
    found = result("customers", customers=lost)
    bridge = found.bridges.row(0, named=True)
    assert (bridge["reported"], bridge["hierarchy_step"], bridge["closing"]) == (2, 1, 1)
    assert steps(found, "books") == [("hierarchy.missing_parent", "a root here only", Decimal(1))]


def test_a_contract_entity_is_a_node_of_its_own_in_the_departments_tree():
    contract = CUSTOMERS + "\n C8 | Acme (renewal) | 5550001 | | contract | A1 | 2026-02-01 00:00:00 |"
    assert steps(result("customers", customers=contract), "books") == [
        ("hierarchy.contract_entity", "a root here only", Decimal(1))
    ]


def test_a_closing_department_ends_every_bridge_at_its_own_figure():
    edit = {"    canonical: canonical\n    breakdowns": "    canonical: canonical\n    closing: books\n    breakdowns"}
    closing = company(**edit)
    found = result(entity_map=closing, quotes=QUOTES.replace("300.00", "310.00"))
    bridge = {row["definition"]: row for row in found.bridges.iter_rows(named=True)}
    assert (bridge["sales"]["reported"], bridge["sales"]["closing"], bridge["sales"]["residual"]) == (950, 360, 0)
    assert bridge["sales"]["quality_step"] == -10
    assert bridge["books"]["definition_step"] == bridge["books"]["quality_step"] == 0


def test_a_definition_that_finds_no_copy_is_named_as_not_run_and_the_rest_goes_on():
    tables = shop_tables()
    del tables["books", "quote"]
    mapped = company()
    world = world_of(mapped, tables)
    found = number_result(mapped, "pipeline", TODAY, lambda _: world)
    assert found.not_run == ("pipeline.books was not run: nothing was received of deal in books up to 2026-03-31",)
    assert set(found.bridges["definition"]) == {"sales"}


cents = st.integers(0, 5_000_00).map(lambda n: f"{n // 100}.{n % 100:02}")
deal = st.tuples(st.sampled_from(["A1", "A2", "A3", "A9"]), st.sampled_from(["open", "won", "lost"]), cents, cents)
quote = st.tuples(st.integers(0, 9), st.sampled_from(["open", "lost"]), cents, st.booleans())


def written(deals, quotes):
    day = "2026-01-10 00:00:00"
    lines = ["id | name | account | stage | amount | first_year | gone | created | changed"]
    lines += [f"D{n} | deal {n} | {a} | {s} | {x} | {y} | no | {day} | {day}" for n, (a, s, x, y) in enumerate(deals)]
    more = ["id | name | customer | stage | total | crm_id | created | changed"]
    more += [
        f"Q{n} | deal {to} | C1 | {s} | {x} | {f'D{to}' if linked else ''} | {day} | {day}"
        for n, (to, s, x, linked) in enumerate(quotes)
    ]
    return "\n".join(lines), "\n".join(more)


@settings(max_examples=25, deadline=None)
@given(st.lists(deal, min_size=1, max_size=8), st.lists(quote, min_size=1, max_size=8))
def test_every_bridge_adds_up_to_the_cent_and_down_to_the_records(deals, quotes):
    deal_text, quote_text = written(deals, quotes)
    for found in results("pipeline", "customers", deals=deal_text, quotes=quote_text):
        for bridge in found.bridges.iter_rows(named=True):
            moved = sum(bridge[f"{category}_step"] for category in CATEGORY_ORDER)
            assert bridge["reported"] == bridge["closing"] + moved
            assert bridge["residual"] == 0
            items = found.items.filter(pl.col("definition") == bridge["definition"])
            assert items["amount"].sum() == moved
            assert found.steps.filter(pl.col("definition") == bridge["definition"])["amount"].sum() == moved


@settings(max_examples=10, deadline=None)
@given(st.lists(deal, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_a_bridge_does_not_depend_on_the_order_of_rows(deals, random):
    deal_text, _ = written(deals, [])
    header, *body = deal_text.splitlines()
    random.shuffle(body)
    one, other = result(deals=deal_text), result(deals="\n".join([header, *body]))
    assert one.items.equals(other.items)
    assert one.bridges.equals(other.bridges)


def test_a_definition_that_is_the_canonical_one_has_an_empty_bridge():
    same = company(SHOP.replace("conditions: {open: stage = 'open'}\n        measure: {sum: {amount: amount}}", (
        "conditions: {open: stage = 'open', large: amount > 100}\n        measure: {sum: {amount: amount}}"
    )))  # fmt: skip
    assert steps(result(entity_map=same), "sales") == []
