"""The account master as every system takes it in, and what changed since it was last published."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revrecon.canonical.account_master import account_master
from revrecon.reports.master_changes import aliases_now, changes, counted
from revrecon.reports.master_files import ALIAS_SCHEMA, MasterFile, all_files, system_file
from revrecon_tests.companies import company, shop_tables, world_of
from revrecon_tests.tables import rows, table

CUSTOMERS = """
    id | name         | phone    | parent | category | crm_id | created              | changed
    C1 | ACME         | 5550099  |        |          | A1     | 2026-01-05 00:00:00  | 2026-01-05 00:00:00
    C2 | Acme Europe  | 5550002  |        |          | A2     | 2026-01-05 00:00:00  | 2026-01-05 00:00:00
    C5 | Acme Europe  | 5550002  |        |          | A2     | 2026-01-06 00:00:00  | 2026-01-05 00:00:00
    C7 | Acme         | 5550007  |        | contract | A1     | 2026-01-07 00:00:00  | 2026-01-05 00:00:00
    C8 | Nobody       | 5550008  |        |          |        | 2026-01-07 00:00:00  | 2026-01-05 00:00:00
"""
NO_ALIASES = pl.DataFrame(schema=ALIAS_SCHEMA)


def master_of(entity_map=None, **tables):
    entity_map = entity_map or company()
    here = world_of(entity_map, shop_tables(**tables)).entities["account"]
    return here, account_master(entity_map.entities["account"], here)


def file_of(copy, entity_map=None, **tables):
    here, master = master_of(entity_map, **tables)
    files = all_files(entity_map or company(), "account", here, master, NO_ALIASES)
    return next(file for file in files if file.name == f"account_{copy}")


def test_the_master_has_every_account_once_with_its_place_its_values_their_source_and_all_keys():
    here, master = master_of(customers=CUSTOMERS)
    assert master["canonical_id"].to_list() == here.canonical["canonical_id"].sort().to_list()
    row = master.row(1, named=True)
    assert (row["canonical_parent"], row["ultimate_parent"], row["hierarchy_level"]) == ("crm:A1", "crm:A1", 1)
    assert (row["account_name"], row["account_name__from"]) == ("Acme Europe", "crm")
    assert (row["ids__crm"], row["ids__books"]) == (["A2"], ["C2", "C5"])
    roots = master.filter(pl.col("hierarchy_level") == 0)
    assert (roots["ultimate_parent"] == roots["canonical_id"]).all()
    assert set(master["ultimate_parent"]) == set(roots["canonical_id"])


def test_a_system_gets_its_own_keys_and_columns_duplicates_and_contracts_their_place_only():
    file = file_of("books", customers=CUSTOMERS)
    told = ("id", "revrecon_role", "revrecon_kept_id", "revrecon_canonical_id", "revrecon_parent_id", "name", "phone")
    assert rows(file.frame, *told) == [
        ("C1", "account", "C1", "crm:A1", None, "ACME", "555-0001"),  # its own writing of an equal name stays
        ("C2", "account", "C2", "crm:A2", "C1", "Acme Europe", "5550002"),
        ("C5", "duplicate", "C2", "crm:A2", "C1", None, None),
        ("C7", "contract", "C1", "crm:A1", "C1", None, None),
    ]


def test_a_parent_that_the_system_does_not_hold_is_told_by_its_canonical_id_only():
    file = file_of("books", customers="\n".join(line for line in CUSTOMERS.splitlines() if "A1" not in line))
    row = file.frame.row(0, named=True)
    assert (row["id"], row["revrecon_parent"], row["revrecon_parent_id"]) == ("C2", "crm:A1", None)
    assert (row["revrecon_ultimate_parent"], row["revrecon_ultimate_parent_id"]) == ("crm:A1", None)


def test_every_id_of_a_file_is_a_record_of_that_system():
    here, master = master_of(customers=CUSTOMERS)
    for copy in here.copies:
        frame = system_file(company(), "account", copy, here, master, pl.DataFrame(schema=TOLD)).frame
        known = set(here.copies[copy].records["_id"])
        for column in ("id", "revrecon_kept_id", "revrecon_parent_id", "revrecon_ultimate_parent_id"):
            assert set(frame[column].drop_nulls()) <= known


TOLD = {"canonical_id": pl.String, "aliases": pl.String}


def test_values_are_written_as_the_system_writes_them_and_personal_ones_are_left_out():
    translated = {"kind: kind}": "kind: {column: kind, translate: {CUST: customer, PROS: prospect}}}"}
    personal = {"phone: {type: text": "phone: {personal: true, type: text"}
    accounts = "id | name | phone | parent | kind | created | changed\n A1 | Acme | 555-0001 | | CUST | | "
    file = file_of("crm", company(**translated, **personal), accounts=accounts)
    assert file.frame["kind"].to_list() == ["CUST"]
    assert "phone" not in file.frame.columns
    here, master = master_of(company(**personal), accounts=accounts)
    assert all(
        "555-0001" not in f.frame.write_csv()
        for f in all_files(company(**personal), "account", here, master, NO_ALIASES)
    )


def test_a_translation_that_is_not_one_to_one_cannot_be_turned_round():
    both = {"kind: kind}": "kind: {column: kind, translate: {CUST: customer, CLIENT: customer}}}"}
    assert "kind" not in file_of("crm", company(**both)).frame.columns


def file(text):
    return MasterFile("account_books", "id", "canonical", table(text))


BEFORE = "id | canonical | city\n C1 | A | Rome\n C2 | B | Oslo\n C3 | C | Bonn\n C4 | D | Lima"
AFTER = "id | canonical | city\n C1 | A | Bern\n C2 | A | Oslo\n C4 | E | Lima\n C5 | F | Kyiv"


def test_what_changed_is_told_row_by_row_and_field_by_field():
    aliases = table("alias | canonical_id\n B | A")
    found = changes(file(BEFORE).frame, file(AFTER), aliases)
    assert found.rows() == [
        ("C1", "A", "changed", "city", "Rome", "Bern"),
        ("C2", "A", "merged", "canonical", "B", "A"),
        ("C3", "C", "gone", None, None, None),
        ("C4", "E", "changed", "canonical", "D", "E"),
        ("C5", "F", "new", None, None, None),
    ]
    assert counted(found) == {"new": 1, "changed": 2, "merged": 1, "gone": 1}


def test_of_the_whole_master_an_id_that_became_an_alias_is_merged_not_gone():
    whole = MasterFile("account", "canonical", "canonical", table("canonical | city\n A | Rome"))
    found = changes(
        table("canonical | city\n A | Rome\n B | Oslo\n C | Bonn"), whole, table("alias | canonical_id\n B | A")
    )
    assert found.rows() == [("B", "A", "merged", "canonical", "B", "A"), ("C", "C", "gone", None, None, None)]


def test_a_column_that_is_new_to_the_map_changes_every_row_that_has_a_value():
    found = changes(table("id | canonical\n C1 | A"), file("id | canonical | city\n C1 | A | Rome"), NO_ALIASES)
    assert found.rows() == [("C1", "A", "changed", "city", None, "Rome")]


CELLS = st.fixed_dictionaries({"canonical": st.sampled_from("ABC"), "city": st.sampled_from([None, "x", "y"])})
FILES = st.dictionaries(st.sampled_from(["C1", "C2", "C3", "C4", "C5"]), CELLS)


def framed(content):
    found = [{"id": key, **cells} for key, cells in sorted(content.items())]
    return pl.DataFrame(found, schema={"id": pl.String, "canonical": pl.String, "city": pl.String})


@given(FILES, FILES, st.sets(st.sampled_from("ABC")))
def test_the_changes_are_exactly_the_difference_of_the_two_files(before, after, aliased):
    aliases = pl.DataFrame({"alias": sorted(aliased), "canonical_id": ["A"] * len(aliased)}, schema=ALIAS_SCHEMA)
    found = changes(framed(before), MasterFile("f", "id", "canonical", framed(after)), aliases)
    patched = {key: dict(cells) for key, cells in before.items()}
    for key, _, change, field, old, new in found.rows():
        if change == "gone":
            del patched[key]
        elif change == "new":
            patched[key] = after[key]
        else:
            assert patched[key][field] == old
            patched[key][field] = new
    assert patched == after
    assert found.is_empty() == (before == after)


IDS = "copy | record_id | canonical_id\n"


@pytest.mark.parametrize(
    ("known", "earlier", "now", "canonical", "expected"),
    [
        ("", "crm | A1 | A\n crm | B1 | B", "crm | A1 | A\n crm | B1 | A", ["A"], [("B", "A")]),
        ("B | A", "crm | A1 | A\n crm | B1 | A", "crm | A1 | A\n crm | B1 | A", ["A"], [("B", "A")]),  # kept on
        ("B | A", "crm | A1 | A", "crm | A1 | Z", ["Z"], [("A", "Z"), ("B", "Z")]),  # merged onwards
        ("B | A", "crm | A1 | A\n crm | B1 | A", "crm | A1 | A\n crm | B1 | B", ["A", "B"], []),  # undone
        ("", "crm | A1 | A", "crm | A2 | C", ["C"], []),  # gone, not merged
    ],
)
def test_aliases_follow_what_the_records_stand_for(known, earlier, now, canonical, expected):
    found = aliases_now(
        table(f"alias | canonical_id\n{known}"), table(IDS + earlier), table(IDS + now), pl.Series(canonical)
    )
    assert found.rows() == expected
