from decimal import Decimal

import pytest

from revrecon.canonical.copies import ColumnsMissing
from revrecon_tests.companies import ACCOUNTS, CUSTOMERS, SHOP, company, shop_tables, world_of
from revrecon_tests.tables import rows


def canonical(entity="account", entity_map=None, **changed):
    return world_of(entity_map or company(), shop_tables(**changed)).entities[entity].canonical


def test_a_field_comes_from_its_source_of_truth_and_says_so():
    found = canonical()
    assert rows(found, "canonical_id", "phone", "phone__from") == [
        ("crm:A1", "555-0001", "crm"),
        ("crm:A2", "555-0002", "crm"),
        ("crm:A3", "555-0003", "crm"),
    ]


def test_where_the_source_of_truth_is_silent_the_next_one_speaks():
    either = company(**{"required_in: [crm]}": "source_of_truth: [crm, books]}"})
    found = canonical(entity_map=either, accounts=ACCOUNTS.replace("555-0002", "        "))
    assert rows(found, "phone", "phone__from")[1] == ("5550002", "books")


def test_a_source_of_truth_can_depend_on_the_copys_record():
    key = "category = 'key'"
    mapped = company(**{"required_in: [crm]}": f'source_of_truth: [{{copy: books, when: "{key}"}}, crm]}}'})
    customers = CUSTOMERS.replace("| C1     |          |", "| C1     | key      |")
    assert rows(canonical(entity_map=mapped, customers=customers), "phone__from") == [("crm",), ("books",), ("crm",)]


def test_parts_of_one_thing_are_added_up():
    parts = company(SHOP.replace("        stands_for_nothing", "        records: parts\n        stands_for_nothing"))
    books_first = parts.model_dump(by_alias=True)
    books_first["entities"]["deal"]["quality"]["fields"]["first_year"]["source_of_truth"] = ["books"]
    quotes = """
        id | name | customer | stage | total  | crm_id | created | changed
        Q1 | Big  | C1       | open  | 100.10 | D1     | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
        Q2 | Big  | C1       | open  | 200.20 | D1     | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
    """
    found = canonical("deal", type(parts).model_validate(books_first), quotes=quotes)
    assert found["first_year"][0] == Decimal("300.30")


def test_a_derived_field_is_computed_from_the_survivors():
    derived = company(**{"first_year: {type: money, at_least: 0}": 'first_year: {type: money, derived: "amount / 2"}'})
    assert canonical("deal", derived)["first_year"].to_list()[0] == Decimal("450.00")


def test_deleted_records_do_not_survive():
    assert "crm:D4" not in canonical("deal")["canonical_id"]


def test_a_column_that_the_export_lacks_is_named_with_its_place_and_the_nearest_one():
    with pytest.raises(ColumnsMissing) as trouble:
        canonical(accounts=ACCOUNTS.replace("phone   ", "Phone   "))
    assert "entities.account.replication.crm.fields.phone names column 'phone'; did you mean 'Phone'?" in str(
        trouble.value
    )
