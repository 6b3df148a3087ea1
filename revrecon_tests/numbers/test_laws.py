"""The laws of bridges, on random small companies."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revrecon.findings import CATEGORY_ORDER
from revrecon.numbers.accounting import OUTCOMES, row_accounting, rows_told
from revrecon.numbers.between import bridge_between
from revrecon.numbers.bridges import number_result
from revrecon.numbers.in_all_orders import walked_values
from revrecon.numbers.moments import Period
from revrecon.numbers.orders import CORNERS, SCALE
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.walk import walk
from revrecon_tests.companies import SHOP, TODAY, company, shop_tables, world_of
from revrecon_tests.numbers.random_shops import LAGGING, few, shops, tables

ALWAYS = Period("", TODAY, TODAY)
LENSES = ("canonical", "sales", "books", "books:data", "books:tree,as_of", "sales:definition")


def lenses_of(entity_map, number, definition, world_on):
    """The sixteen lenses between a definition and the canonical one; None where one of them sees nothing known."""
    try:
        return walked_values(entity_map, walk(entity_map, number, definition, TODAY, ALWAYS, world_on))
    except NotKnown:
        return None


def sums(frame, *keys):
    """Amounts by keys, zeros left out."""
    grouped = frame.group_by(*keys).agg(pl.col("amount").sum()).filter(pl.col("amount") != 0)
    return {row[:-1]: row[-1] for row in grouped.iter_rows()}


def between(shop, opening, closing, number="pipeline"):
    try:
        return bridge_between(shop.map, number, opening, closing, TODAY, ALWAYS, shop.world_on)
    except NotKnown:
        return None


@few
@given(shops(), st.randoms(use_true_random=False))
def test_any_subset_of_records_sums_to_its_own_gap(shop, random):
    for number in ("pipeline", "customers"):
        found = number_result(shop.map, number, TODAY, shop.world_on)
        for bridge in found.bridges.iter_rows(named=True):
            items = found.items.filter(pl.col("definition") == bridge["definition"])
            values = lenses_of(shop.map, number, bridge["definition"], shop.world_on)
            if values is None:
                continue
            chosen = [unit for unit in values["unit_id"] if random.random() < 0.5]
            part = values.filter(pl.col("unit_id").is_in(chosen))
            gap = Decimal(int(part["v0"].sum()) - int(part["v15"].sum())) / SCALE
            assert items.filter(pl.col("unit_id").is_in(chosen))["amount"].sum() == gap
            assert set(items["unit_id"]) <= set(values["unit_id"])


@few
@given(shops())
def test_the_declared_order_is_the_bridge_and_every_range_holds_it(shop):
    for number in ("pipeline", "customers"):
        found = number_result(shop.map, number, TODAY, shop.world_on)
        for bridge in found.bridges.iter_rows(named=True):
            mine = pl.col("definition") == bridge["definition"]
            bars = {row["category"]: row for row in found.orders.filter(mine).iter_rows(named=True)}
            if not bars:  # one of the sixteen lenses sees nothing known
                assert any("in every order" in note for note in found.not_run)
                continue
            gap = bridge["reported"] - bridge["closing"]
            assert sum(row["shapley"] for row in bars.values()) == gap
            for category, row in bars.items():
                assert row["in_order"] == bridge[f"{category}_step"]
                assert row["low"] <= row["in_order"] <= row["high"]
                assert row["low"] - 1 <= row["shapley"] <= row["high"] + 1
            for row in found.order_matters.filter(mine).iter_rows(named=True):
                assert sum(row[f"{c}_in_order"] for c in CATEGORY_ORDER) == sum(
                    row[f"{c}_shapley"] for c in CATEGORY_ORDER
                )


RENAMED = (
    LAGGING.replace("conditions: {open: stage = 'open', large: amount > 100}",
                    "conditions: {big: amount > 100, not yet decided: stage = 'open'}")
    .replace("      sales:\n        version: 1", "      zebra:\n        version: 1")
)  # fmt: skip


@few
@given(tables(), tables())
def test_other_names_and_another_order_of_definitions_change_no_figure(then, now):
    from revrecon_tests.numbers.random_shops import EARLIER, Shop

    results = []
    for text in (LAGGING, RENAMED):
        mapped = company(text)
        shop = Shop(mapped, world_of(mapped, then, EARLIER), world_of(mapped, now, TODAY))
        definitions = mapped.numbers["pipeline"].definitions
        turned = dict(reversed(definitions.items())) if text is RENAMED else definitions
        number = mapped.numbers["pipeline"].model_copy(update={"definitions": turned})
        entity_map = mapped.model_copy(update={"numbers": {**mapped.numbers, "pipeline": number}})
        found = number_result(entity_map, "pipeline", TODAY, shop.world_on)
        amounts = (found.bridges.drop("definition"), found.orders.drop("definition"))
        items = found.items.group_by("unit_id", "cause", "records").agg(pl.col("amount").sum())
        results.append([frame.sort(frame.columns) for frame in (*amounts, items.filter(pl.col("amount") != 0))])
    for one, other in zip(*results, strict=True):
        assert one.equals(other)


def moves(values, coordinate):
    """Whether any unit's value depends on a coordinate, wherever the others are."""
    bit = CORNERS[coordinate]
    pairs = [(f"v{corner}", f"v{corner | bit}") for corner in range(16) if not corner & bit]
    return values.filter(pl.any_horizontal(pl.col(a) != pl.col(b) for a, b in pairs)).height > 0


SAME_DEFINITION = LAGGING.replace(
    "conditions: {open: stage = 'open'}\n        measure: {sum: {amount: amount}}",
    "conditions: {renamed: amount > 100, open: stage = 'open'}\n        measure: {sum: {value: amount}}",
)


@few
@given(shops(SAME_DEFINITION))
def test_a_coordinate_that_both_sides_share_is_zero_on_every_record(shop):
    for definition, shared in (("sales", ("data", "tree", "as_of", "definition")), ("books", ("tree",))):
        values = lenses_of(shop.map, "pipeline", definition, shop.world_on)
        for coordinate in shared if values is not None else ():
            assert not moves(values, coordinate), coordinate


MIRRORED = SHOP.replace("{a customer: kind = 'customer'}", "{named: account_name is not null}")


@few
@given(tables())
def test_equal_trees_and_equal_data_move_nothing_whatever_the_definition(given_tables):
    accounts = given_tables["crm", "Account"].splitlines()[1:]
    cells = [[cell.strip() for cell in line.split("|")] for line in accounts]
    lines = [f"C{a[1:]} | {name} | {phone} | {f'C{p[1:]}' if p else ''} | | {a} | {c} | {d}"
             for a, name, phone, p, _, c, d in cells]  # fmt: skip
    customers = "\n".join(["id | name | phone | parent | category | crm_id | created | changed", *lines])
    mapped = company(MIRRORED)
    world = world_of(mapped, {**given_tables, ("books", "customer"): customers, ("books", "quote"): _NO_QUOTES})
    values = lenses_of(mapped, "customers", "books", lambda _: world)
    if values is None:
        return
    assert not moves(values, "tree")
    if given_tables["crm", "Deal"].count("open") == 0:  # else the books lack quotes that they should hold
        assert not moves(values, "data")


_NO_QUOTES = "id | name | customer | stage | total | crm_id | created | changed"


@few
@given(shops(), st.sampled_from(LENSES), st.sampled_from(LENSES))
def test_from_one_lens_to_another_is_the_way_back_with_the_sign_turned(shop, one, other):
    for number, names in (("pipeline", (one, other)), ("customers", ("books", "books:tree"))):
        there, back = between(shop, *names, number), between(shop, *reversed(names), number)
        if there is None or back is None:
            continue
        assert there.residual == back.residual == 0
        turned = {key: -amount for key, amount in sums(back.items, "unit_id", "cause").items()}
        assert sums(there.items, "unit_id", "cause") == turned
        bars = [b.orders.bars.select("in_order", "low", "high").rows() for b in (there, back)]
        assert bars[0] == [(-a, -high, -low) for a, low, high in bars[1]]


@few
@given(shops(), st.permutations(LENSES))
def test_two_bridges_one_after_the_other_are_the_bridge_of_both(shop, lenses):
    one, two, three = lenses[:3]
    first, second, whole = between(shop, one, two), between(shop, two, three), between(shop, one, three)
    if first is None or second is None or whole is None:
        return
    both = sums(pl.concat([first.items, second.items]), "category")
    assert both == sums(whole.items, "category")


@few
@given(tables())
def test_a_record_that_all_agree_on_changes_no_bar(given_tables):
    mapped = company()
    deal = "D77 | agreed | A1 | open | 500.00 | 500.00 | no | 2026-01-10 00:00:00 | 2026-01-10 00:00:00"
    quote = "Q77 | agreed | C1 | open | 500.00 | D77 | 2026-01-10 00:00:00 | 2026-01-10 00:00:00"
    more = dict(given_tables)
    more["crm", "Deal"] += "\n" + deal
    more["books", "quote"] += "\n" + quote
    worlds = [world_of(mapped, one) for one in (given_tables, more)]
    before, after = (number_result(mapped, "pipeline", TODAY, lambda _, w=w: w) for w in worlds)
    if before.not_run:
        return
    steps = [f"{category}_step" for category in CATEGORY_ORDER]
    assert before.bridges.select("definition", *steps).equals(after.bridges.select("definition", *steps))
    assert before.orders.equals(after.orders)


@few
@given(tables())
def test_every_row_ends_in_exactly_one_place(given_tables):
    mapped = company()
    world = world_of(mapped, given_tables)
    counted = row_accounting(world, {("deal", "crm"): 2})
    for row in counted.iter_rows(named=True):
        copy = world.entities[row["entity"]].copies[row["copy"]]
        set_aside = 2 if (row["entity"], row["copy"]) == ("deal", "crm") else 0
        assert row["rows"] == copy.records.height + copy.gone.height + set_aside
        assert row["rows"] == row["matched"] + row["only_here"] + row["excluded"] + row["no_key"]
        assert row["canonical"] == row["matched_records"] + row["only_there"]
        assert row["canonical"] == world.entities[row["entity"]].canonical.height
        told = rows_told(world, row["entity"], row["copy"])
        assert set(told["outcome"]) <= set(OUTCOMES)
        ended = dict.fromkeys(OUTCOMES, 0) | dict(told["outcome"].value_counts().iter_rows())
        ended["no key"] += set_aside
        assert {outcome: row[outcome.replace(" ", "_")] for outcome in OUTCOMES} == ended
        assert told["record_id"].drop_nulls().is_unique().all()


@pytest.mark.parametrize("text", [SHOP, LAGGING])
def test_one_record_and_empty_fields_are_companies_too(text):
    mapped = company(text)
    deals = "id | name | account | stage | amount | first_year | gone | created | changed\nD1 | | | open | | | no | |"
    world = world_of(mapped, shop_tables(deals=deals, quotes=_NO_QUOTES))
    found = number_result(mapped, "pipeline", TODAY, lambda _: world)
    assert found.bridges["residual"].to_list() == [0, 0]
    assert found.order_matters.is_empty()
