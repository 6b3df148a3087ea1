import pytest
from pandera.errors import SchemaErrors

from revrecon.quality.failing import suspects
from revrecon.quality.judgement import rule_findings
from revrecon.quality.rules import rules_of
from revrecon.quality.schemas import schema_of
from revrecon_tests.companies import ACCOUNTS, DEALS, company, shop_tables, world_of
from revrecon_tests.tables import rows


def found(entity, copy, entity_map=None, **changed):
    mapped = entity_map or company()
    frame = rule_findings(mapped, world_of(mapped, shop_tables(**changed)), entity, copy)
    return sorted(rows(frame, "record_id", "rule", "cause", "observed"), key=str)


def test_a_clean_copy_has_no_findings():
    assert found("account", "crm") == []
    assert found("deal", "crm") == []


def test_each_broken_rule_is_a_finding_on_its_record():
    accounts = """
        id | name | phone    | parent | kind    | created             | changed
        A1 |      | 555-0001 |        | unknown | 2026-01-01 00:00:00 | 2026-01-01 00:00:00
        A2 | Acme |          |        |         | 2026-01-02 00:00:00 | 2026-01-02 00:00:00
    """
    assert found("account", "crm", accounts=accounts) == [
        ("A1", "account_name_is_present", "quality.missing_field", None),
        ("A1", "kind_is_allowed", "quality.invalid_format", "unknown"),
        ("A2", "phone_is_present", "quality.missing_field", None),
    ]


def test_ranges_unreadable_values_record_rules_and_dangling_references_are_findings():
    deals = """
        id | name | account | stage | amount | first_year | gone | created | changed
        D1 | Big  | A1      | open  | -5.00  | -9.00      | no | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
        D2 | Odd  | A7      | open  | much   | 1.00       | no | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
        D3 | Long | A1      | won   | 10.00  | 20.00      | no | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
    """
    assert found(
        "deal", "crm", deals=deals, quotes="id | name | customer | stage | total | crm_id | created | changed"
    ) == [
        ("D1", "amount_is_large_enough", "quality.wrong_value", "-5.00"),
        ("D1", "first_year_is_large_enough", "quality.wrong_value", "-9.00"),
        ("D2", "account_exists", "quality.orphan", "A7"),
        ("D2", "account_is_present", "quality.missing_field", None),
        ("D2", "amount_is_readable", "quality.invalid_format", "much"),
        ("D3", "first_year_within_amount", "quality.rule", None),
    ]


def test_uniqueness_names_every_record_that_shares_the_value_but_not_empty_ones():
    unique = company(**{"standard: legal_name, required: true}": "unique: true}"})
    twice = (
        ACCOUNTS.replace("Acme Europe", "Acme Inc.  ") + "\n A7 | | 5 | | | 2026-01-01 00:00:00 |\n A8 | | 6 | | | |"
    )
    assert [row[0] for row in found("account", "crm", unique, accounts=twice)] == ["A1", "A2"]


def test_rows_that_stand_for_nothing_are_not_judged():
    quotes = "id | name | customer | stage | total | crm_id | created | changed\n Q9 | TEST | | odd | | | |"
    assert found("deal", "books", quotes=quotes) == []


def test_every_check_of_the_schema_is_a_rule_by_name():
    entity = company().entities["deal"]
    names = {rule.name for rule in rules_of(entity, "crm")}
    checks = {check.name for column in schema_of(entity, "crm").columns.values() for check in column.checks}
    assert checks <= names
    assert len(names) == len(rules_of(entity, "crm"))


def test_the_same_trouble_has_the_same_signature_whatever_the_order_of_rows():
    lines = DEALS.strip().splitlines()
    broken = [line.replace("open", "oops") for line in lines]
    turned = "\n".join([broken[0], *reversed(broken[1:])])
    one, other = (
        rule_findings(company(), world_of(company(), shop_tables(deals=text)), "deal", "crm")
        for text in ("\n".join(broken), turned)
    )
    assert one.equals(other)
    assert one.height == 2


def test_what_is_handed_to_the_schema_is_all_that_it_finds_in_the_whole_copy():
    accounts = ACCOUNTS.replace("customer", "unknown", 1)
    world = world_of(company(), shop_tables(accounts=accounts))
    entity, live = company().entities["account"], world.entities["account"].copies["crm"].records
    with pytest.raises(SchemaErrors) as whole:
        schema_of(entity, "crm").validate(live, lazy=True)
    doubtful = suspects(entity, "crm", live)
    with pytest.raises(SchemaErrors) as part:
        schema_of(entity, "crm", doubtful.columns[1:]).validate(doubtful, lazy=True)
    told = ("column", "check", "failure_case")
    assert rows(part.value.failure_cases, *told) == rows(whole.value.failure_cases, *told)
    assert 0 < doubtful.height < live.height


def test_a_copy_that_keeps_every_rule_has_nothing_to_hand_over():
    live = world_of(company(), shop_tables()).entities["account"].copies["crm"].records
    assert suspects(company().entities["account"], "crm", live).is_empty()
