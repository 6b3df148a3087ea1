"""What wrong links move, and in which order to set them right: always what the bridge says when recomputed."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revrecon.canonical.hierarchy import tree
from revrecon.numbers.hierarchy_worth import figures_on_trees, link_worth, smallest_corrections
from revrecon.numbers.lenses import canonical_lens
from revrecon.numbers.moments import Period
from revrecon.numbers.rooted_tree import best_order, rooted_tree
from revrecon.numbers.walk import moved
from revrecon.quality.links import LINK_SCHEMA, set_right, wrong_links
from revrecon_tests.companies import THREE_GENERATIONS, TODAY, company, shop_tables, world_of
from revrecon_tests.tables import rows

CUSTOMERS = """
    id | name        | phone | parent | category | crm_id | created             | changed
    C1 | Acme Inc.   | 1     |        |          | A1     | 2026-01-05 00:00:00 | 2026-01-05 00:00:00
    C2 | Acme Europe | 2     |        |          | A2     | 2026-01-05 00:00:00 | 2026-01-05 00:00:00
    C3 | Acme Paris  | 3     | C2     |          | A3     | 2026-01-05 00:00:00 | 2026-01-05 00:00:00
    C4 | Borealis    | 4     | C1     |          | A4     | 2026-01-05 00:00:00 | 2026-01-05 00:00:00
    C9 | Acme Inc.   | 9     |        | contract | A1     | 2026-01-06 00:00:00 | 2026-01-06 00:00:00
"""
DEALS = """
    id | name | account | stage | amount | first_year | gone | created             | changed
    D1 | One  | A3      | open  | 900.00 | 300.10     | no   | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
    D2 | Two  | A2      | open  | 50.00  | 50.00      | no   | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
    D3 | Six  | A1      | open  | 70.00  | 70.00      | no   | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
"""
QUOTES = "id | name | customer | stage | total | crm_id | created | changed"
ALWAYS = Period("", TODAY, TODAY)


@pytest.fixture(scope="module")
def world():
    return world_of(company(), shop_tables(accounts=THREE_GENERATIONS, customers=CUSTOMERS, deals=DEALS, quotes=QUOTES))


@pytest.fixture(scope="module")
def figures(world):
    return list(figures_on_trees(company(), "account", TODAY, lambda _: world))


def test_a_link_moves_the_money_below_it_and_what_it_adds_to_a_count(world, figures):
    worth = link_worth(company(), "account", world, figures)
    assert rows(worth, "record_id", "cause", "number", "amount_moved", "records_moved") == [
        ("C2", "hierarchy.missing_parent", "pipeline", Decimal("350.1"), 2),
        ("C9", "hierarchy.contract_entity", "customers", Decimal(1), 1),
        ("C2", "hierarchy.missing_parent", "customers", Decimal(1), 2),
        ("C4", "hierarchy.different_parent", "customers", Decimal(-1), 1),
    ]


def test_the_corrections_of_a_bridge_are_ranked_and_their_shares_add_up_to_all_of_it(world, figures):
    ranked = smallest_corrections(company(), "account", world, figures)
    assert rows(ranked, "number", "definition", "rank", "record_id", "gross_before", "gross_left", "net_left") == [
        ("customers", "books", 1, "C2", 3, 2, 0),
        ("customers", "books", 2, "C9", 3, 1, -1),
        ("customers", "books", 3, "C4", 3, 0, 0),
    ]
    assert ranked["share_removed"].round(3).to_list() == [0.333, 0.667, 1.0]
    assert ranked["still_wrong"].all()


def recomputed_gross(world, links):
    """The hierarchy step of the bridge, with these links set right in the department's own tree."""
    here = world.entities["account"]
    mended = set_right(here.own_trees["books"], here.tree, links)
    entities = {**world.entities, "account": replace(here, own_trees={**here.own_trees, "books": mended})}
    there = replace(world, entities=entities)
    definition = company().numbers["customers"].definitions["books"]
    own = canonical_lens(company(), there, definition, ALWAYS, own_tree=True)
    step = moved(own, canonical_lens(company(), there, definition, ALWAYS))
    return step["amount"].abs().sum(), step["amount"].sum()


def test_every_share_is_that_of_the_bridge_recomputed_and_all_links_make_it_zero(world, figures):
    ranked = smallest_corrections(company(), "account", world, figures)
    links = wrong_links(company(), world, "account", "books")
    for row in ranked.iter_rows(named=True):
        so_far = ranked.filter(pl.col("rank") <= row["rank"])["node"].to_list()
        gross, net = recomputed_gross(world, links.filter(pl.col("node").is_in(so_far)))
        assert (gross, net) == (row["gross_left"], row["net_left"])
    assert recomputed_gross(world, links) == (0, 0)


def test_a_link_that_moves_nothing_is_told_once_without_a_number():
    world = world_of(
        company(),
        shop_tables(
            accounts=THREE_GENERATIONS.replace("customer | 2026-01-02", "prospect | 2026-01-02"),
            customers="\n".join(
                line for line in CUSTOMERS.splitlines() if line.split("|")[0].strip() in ("id", "C1", "C2")
            ),
            deals=DEALS[: DEALS.index("D1")],
            quotes=QUOTES,
        ),
    )
    figures = list(figures_on_trees(company(), "account", TODAY, lambda _: world))
    worth = link_worth(company(), "account", world, figures)
    assert rows(worth, "record_id", "number", "amount_moved") == [("C2", None, None)]


NODES = [f"n{at:02}" for at in range(9)]
PARENTS = st.lists(st.one_of(st.none(), st.sampled_from(NODES)), min_size=len(NODES), max_size=len(NODES))


@given(PARENTS, PARENTS, st.lists(st.sampled_from(NODES), min_size=1, max_size=8))
def test_whatever_the_trees_the_order_ends_without_a_gap_and_each_step_is_exact(own_parents, parents, standing):
    canonical = tree(pl.DataFrame({"node": NODES, "parent": parents}, schema={"node": pl.String, "parent": pl.String}))
    own = tree(pl.DataFrame({"node": NODES, "parent": own_parents}, schema={"node": pl.String, "parent": pl.String}))
    both = own.select("node", "parent", pl.col("root").alias("own_root")).join(
        canonical.select("node", pl.col("parent").alias("canonical_parent"), pl.col("root").alias("canonical_root")),
        on="node",
    )
    links = both.filter(pl.col("parent").ne_missing(pl.col("canonical_parent")))
    links = pl.concat([pl.DataFrame(schema=LINK_SCHEMA), links], how="diagonal_relaxed").sort("node")
    placed = pl.DataFrame({"node": standing, "record": standing}).join(both, on="node")
    arrays, children, above = rooted_tree(own, canonical, placed, links)
    done: list[int] = []
    wanted = set(placed["canonical_root"])
    last = arrays
    for at, after in best_order(arrays, children, above):
        done.append(at)
        last = after
        mended = set_right(own, canonical, links[np.array(done)])
        counted = set(placed.select("node").join(mended, on="node")["root"])
        assert after.gap() == (len(counted - wanted) - len(wanted - counted), len(counted ^ wanted))
    assert last.gap()[1] == 0
    assert len(set(done)) == len(done)
