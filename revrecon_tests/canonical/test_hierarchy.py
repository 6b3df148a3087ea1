import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from revrecon.canonical.hierarchy import tree
from revrecon.quality.hierarchy import wrong_parents
from revrecon_tests.companies import company, shop_tables, world_of
from revrecon_tests.tables import rows, table


def test_every_node_has_its_root_and_depth():
    found = tree(table("node | parent\n a |\n b | a\n c | b\n d |"))
    assert rows(found, "node", "root", "depth", "trouble") == [
        ("a", "a", 0, None),
        ("b", "a", 1, None),
        ("c", "a", 2, None),
        ("d", "d", 0, None),
    ]


def test_a_cycle_is_named_and_cut_at_its_lowest_node_whatever_hangs_on_it():
    found = tree(table("node | parent\n c | b\n b | a\n a | c\n x | c\n y | x\n s | s"))
    assert rows(found, "node", "root", "trouble") == [
        ("a", "a", "cycle"),
        ("b", "a", "cycle"),
        ("c", "a", "cycle"),
        ("s", "s", "cycle"),
        ("x", "a", None),
        ("y", "a", None),
    ]


def test_a_parent_that_is_no_node_is_cut_off_never_invented():
    found = tree(table("node | parent\n a | ghost"))
    assert rows(found, "node", "parent", "root", "trouble") == [("a", None, "a", "unknown_parent")]


@given(st.lists(st.integers(-1, 24), min_size=25, max_size=25))
def test_every_tree_ends_in_roots_whatever_the_parents(parents):
    nodes = pl.DataFrame(
        {"node": [f"{n:02}" for n in range(25)], "parent": [f"{p:02}" if p >= 0 else None for p in parents]}
    )
    found = tree(nodes)
    root_of = dict(found.select("node", "root").iter_rows())
    assert all(root_of[root] == root for root in root_of.values())
    assert (found.filter(pl.col("depth") == 0)["root"] == found.filter(pl.col("depth") == 0)["node"]).all()


def test_the_map_can_correct_a_parent_from_a_day_on():
    correction = "canonical: crm\n      corrections: [{child: A3, parent: A1, why: bought, effective: 2026-04-01}]"
    before = world_of(company(**{"canonical: crm\n      contract": correction + "\n      contract"}), shop_tables())
    assert before.entities["account"].tree.filter(pl.col("node") == "crm:A3")["root"].item() == "crm:A3"
    earlier = correction.replace("2026-04-01", "2026-03-01")
    after = world_of(company(**{"canonical: crm\n      contract": earlier + "\n      contract"}), shop_tables())
    assert after.entities["account"].tree.filter(pl.col("node") == "crm:A3")["root"].item() == "crm:A1"


def corrected(*corrections):
    listed = ", ".join("{" + one + "}" for one in corrections)
    edit = f"canonical: crm\n      corrections: [{listed}]"
    return world_of(company(**{"canonical: crm\n      contract": edit + "\n      contract"}), shop_tables())


def test_a_correction_given_twice_is_the_same_correction():
    once = corrected("child: A3, parent: A1, why: bought")
    twice = corrected("child: A3, parent: A1, why: bought", "child: A3, parent: A1, why: said again")
    assert once.entities["account"].tree.equals(twice.entities["account"].tree)


def test_a_correction_to_an_unknown_parent_leaves_the_tree_as_it_is_and_is_found():
    world = corrected("child: A2, parent: A9, why: typed wrongly", "child: A8, parent: null, why: no such child")
    assert world.entities["account"].tree.filter(pl.col("node") == "crm:A2")["parent"].item() == "crm:A1"
    edit = "canonical: crm\n      corrections: [{child: A2, parent: A9, why: typed wrongly}]"
    entity_map = company(**{"canonical: crm\n      contract": edit + "\n      contract"})
    found = wrong_parents(entity_map, world_of(entity_map, shop_tables()), "account", "crm")
    assert rows(found, "rule", "record_id", "expected") == [("corrections_name_known_records", "A2", "A9")]
