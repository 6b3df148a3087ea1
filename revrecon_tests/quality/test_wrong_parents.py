"""Every way in which a copy's tree can be wrong is found, and setting the links right gives the canonical roots."""

import polars as pl
import pytest

from revrecon.quality.hierarchy import wrong_parents
from revrecon.quality.links import set_right, wrong_links
from revrecon_tests.companies import THREE_GENERATIONS, company, shop_tables, world_of
from revrecon_tests.tables import rows

HEAD = "id | name | phone | parent | category | crm_id | created | changed\n"
WHEN = "2026-01-05 00:00:00 | 2026-01-05 00:00:00"


def customers(*lines):
    return HEAD + "\n".join(f"{line} | {WHEN}" for line in lines)


def books(*lines, accounts=THREE_GENERATIONS):
    return world_of(company(), shop_tables(accounts=accounts, customers=customers(*lines)))


ACME, EUROPE = "C1 | Acme Inc. | 1 | | | A1", "C2 | Acme Europe | 2 | C1 | | A2"
PARIS, BOREALIS = "C3 | Acme Paris | 3 | C2 | | A3", "C4 | Borealis | 4 | | | A4"

STORIES = {
    "a tree like the canonical one": ([ACME, EUROPE, PARIS, BOREALIS], []),
    "no parent where there is one": (
        [ACME, "C2 | Acme Europe | 2 | | | A2", PARIS, BOREALIS],
        [("C2", "missing_parent", "crm:A1", None)],
    ),
    "a grandparent that is held when the parent is not": (
        [ACME, "C3 | Acme Paris | 3 | | | A3"],
        [("C3", "missing_parent", "crm:A1", None)],
    ),
    "a grandparent named while the parent is not held is right": ([ACME, "C3 | Acme Paris | 3 | C1 | | A3"], []),
    "another parent": (
        [ACME, "C2 | Acme Europe | 2 | C4 | | A2", PARIS, BOREALIS],
        [("C2", "different_parent", "crm:A1", "crm:A4")],
    ),
    "a parent where there is none": (
        [ACME, EUROPE, PARIS, "C4 | Borealis | 4 | C1 | | A4"],
        [("C4", "different_parent", None, "crm:A1")],
    ),
    "a level left out": (
        [ACME, EUROPE, "C3 | Acme Paris | 3 | C1 | | A3"],
        [("C3", "different_parent", "crm:A2", "crm:A1")],
    ),
    "a parent that does not exist": (
        [ACME, "C2 | Acme Europe | 2 | C99 | | A2", BOREALIS],
        [("C2", "missing_parent", "crm:A1", None)],
    ),
    "an unknown parent of a root": ([ACME, "C4 | Borealis | 4 | C99 | | A4"], [("C4", "missing_parent", None, None)]),
    "a cycle": (
        ["C1 | Acme Inc. | 1 | C3 | | A1", EUROPE, PARIS],
        [
            ("C1", "cycle", None, None),
            ("C2", "cycle", "crm:A1", "crm:A1"),
            ("C3", "cycle", "crm:A2", "crm:A2"),
        ],
    ),
    "its own parent": ([ACME, "C4 | Borealis | 4 | C4 | | A4"], [("C4", "cycle", None, None)]),
    "a contract that stands alone": (
        [ACME, EUROPE, "C9 | Acme Inc. | 9 | | contract | A1"],
        [("C9", "contract_entity", "crm:A1", None)],
    ),
    "a contract below its company is right": ([ACME, EUROPE, "C9 | Acme Inc. | 9 | C1 | contract | A1"], []),
    "duplicates that name several parents": (
        [ACME, EUROPE, BOREALIS, "C7 | Acme Europe | 7 | C4 | | A2"],
        [("C7", "different_parent", "crm:A1", "crm:A4")],
    ),
    "a duplicate without a parent is a duplicate and no more": (
        [ACME, EUROPE, BOREALIS, "C7 | Acme Europe | 7 | | | A2"],
        [],
    ),
    "a parent that stands for nothing canonical": (
        [ACME, "C2 | Acme Europe | 2 | C8 | | A2", "C8 | Nobody Ltd. | 8 | | | "],
        [("C2", "different_parent", "crm:A1", "books:C8")],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), STORIES.values(), ids=STORIES)
def test_every_trouble_of_a_tree_is_found_by_its_cause(lines, expected):
    found = wrong_parents(company(), books(*lines), "account", "books").sort("record_id")
    told = found.with_columns(pl.col("cause").str.strip_prefix("hierarchy."))
    assert rows(told, "record_id", "cause", "expected", "observed") == expected


@pytest.mark.parametrize("lines", [lines for lines, _ in STORIES.values()], ids=STORIES)
def test_setting_all_links_right_gives_every_node_its_canonical_root_and_again_changes_nothing(lines):
    world = books(*lines)
    here = world.entities["account"]
    links = wrong_links(company(), world, "account", "books")
    once = set_right(here.own_trees["books"], here.tree, links)
    canonical_roots = dict(here.tree.select("node", "root").iter_rows())
    own_roots = dict(once.select("node", "root").iter_rows())
    assert {n: r for n, r in own_roots.items() if n in canonical_roots} == {
        n: canonical_roots[n] for n in own_roots if n in canonical_roots
    }
    assert set_right(once, here.tree, links).equals(once)


def test_a_record_whose_ancestors_the_copy_lacks_is_no_finding_but_a_link_to_set_right():
    world = books("C2 | Acme Europe | 2 | | | A2", BOREALIS)
    assert wrong_parents(company(), world, "account", "books").is_empty()
    links = wrong_links(company(), world, "account", "books")
    assert rows(links, "record_id", "canonical_parent", "parent_is_held", "own_root", "canonical_root") == [
        ("C2", "crm:A1", False, "crm:A2", "crm:A1")
    ]


def test_a_link_tells_people_names_and_keys():
    world = books(ACME, "C2 | Acme Europe | 2 | C4 | | A2", BOREALIS)
    links = wrong_links(company(), world, "account", "books")
    assert rows(links, "label", "own_parent_label", "canonical_parent_label", "canonical_parent_id") == [
        ("Acme Europe", "Borealis", "Acme Inc.", "C1")
    ]


def test_the_canonical_copys_own_cycle_is_found():
    looped = THREE_GENERATIONS.replace(
        "A1 | Acme Inc.   | 555-0001 |        |", "A1 | Acme Inc.   | 555-0001 | A3     |"
    )
    found = wrong_parents(company(), books(ACME, accounts=looped), "account", "crm")
    assert set(found["cause"]) == {"hierarchy.cycle"}
    assert found.height == 3
