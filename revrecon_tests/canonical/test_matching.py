import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revrecon.canonical.clusters import clustered
from revrecon_tests.companies import ACCOUNTS, CUSTOMERS, company, shop_tables, world_of
from revrecon_tests.tables import rows, table


def who_is_who(entity="account", entity_map=None, **changed):
    frame = world_of(entity_map or company(), shop_tables(**changed)).entities[entity].crosswalk
    return {(copy, record): canonical for copy, record, canonical in rows(frame, "copy", "record_id", "canonical_id")}


def test_cross_references_join_first_then_exact_keys_in_standard_form():
    found = who_is_who()
    assert found["books", "C1"] == "crm:A1"  # by its reference
    assert found["books", "C2"] == "crm:A2"  # by its name
    assert found["crm", "A3"] == "crm:A3"  # alone


def test_every_link_says_which_pass_made_it():
    frame = world_of(company(), shop_tables()).entities["account"].crosswalk
    passes = dict(frame.filter(pl.col("copy") == "books").select("record_id", "linked_by").iter_rows())
    assert passes == {"C1": "cross-reference to crm", "C2": "equal account_name"}


def test_references_are_followed_so_that_deals_of_one_account_match():
    found = who_is_who("deal")
    assert found["books", "Q2"] == "crm:D2"  # equal account + deal_name


def test_a_strong_key_finds_duplicates_within_one_copy_and_the_first_created_gives_the_id():
    twice = ACCOUNTS + "\n    A9 | ACME, inc | 555-9999 | | prospect | 2025-12-01 00:00:00 | 2025-12-01 00:00:00"
    found = who_is_who(accounts=twice)
    assert found["crm", "A1"] == found["crm", "A9"] == "crm:A9"


def test_a_weak_key_never_joins_two_records_of_one_copy():
    shared = """
        id | name   | phone    | parent | kind | created | changed
        A1 | First  | 555-0001 |        | | 2026-01-01 00:00:00 | 2026-01-01 00:00:00
        A2 | Second | 555-0001 |        | | 2026-01-02 00:00:00 | 2026-01-02 00:00:00
    """
    nameless = """
        id | name  | phone   | parent | category | crm_id | created | changed
        C1 | Third | 5550001 |        |          |        | 2026-01-05 00:00:00 | 2026-01-05 00:00:00
    """
    found = who_is_who(accounts=shared, customers=nameless)
    assert len(set(found.values())) == 3  # which of the two C1 is cannot be told, so it is neither


def test_a_key_that_is_shared_by_many_records_of_one_copy_is_no_evidence():
    many = "id | name | phone | parent | kind | created | changed\n" + "\n".join(
        f"A{n} | Holding | 555-{n:04} | | | 2026-01-01 00:00:00 | 2026-01-01 00:00:00" for n in range(9)
    )
    found = who_is_who(accounts=many)
    assert len({found["crm", f"A{n}"] for n in range(9)}) == 9


def test_rows_that_stand_for_nothing_get_no_canonical_id_and_say_why():
    quotes = """
        id | name | customer | stage | total | crm_id | created | changed
        Q9 | TEST | C1       | open  | 1.00  | D1     | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
    """
    frame = world_of(company(), shop_tables(quotes=quotes)).entities["deal"].crosswalk
    mine = frame.filter(pl.col("copy") == "books")
    assert rows(mine, "canonical_id", "linked_by") == [(None, "excluded: a test")]


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(random):
    def shuffled(text):
        lines = text.strip().splitlines()
        body = lines[1:]
        random.shuffle(body)
        return "\n".join([lines[0], *body])

    assert who_is_who(accounts=shuffled(ACCOUNTS), customers=shuffled(CUSTOMERS)) == who_is_who()


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40))
def test_clusters_are_a_partition_that_keeps_linked_nodes_together(links):
    import numpy as np

    left = np.array([a for a, _ in links], dtype=np.int64)
    right = np.array([b for _, b in links], dtype=np.int64)
    labels = clustered(30, left, right)
    assert len(labels) == 30
    assert all(labels[a] == labels[b] for a, b in links)
    assert all(labels[label] == label <= node for node, label in enumerate(labels))


def test_no_records_give_an_empty_crosswalk():
    empty = "id | name | phone | parent | kind | created | changed"
    frame = world_of(company(), {("crm", "Account"): empty}).entities["account"].crosswalk
    assert frame.is_empty()
    assert table(empty).is_empty()


@pytest.mark.parametrize("missing", ["customers", "quotes"])
def test_a_copy_that_said_nothing_is_left_out(missing):
    tables = shop_tables()
    del tables[{"customers": ("books", "customer"), "quotes": ("books", "quote")}[missing]]
    world = world_of(company(), tables)
    assert set(world.entities["account"].copies) == ({"crm"} if missing == "customers" else {"crm", "books"})
