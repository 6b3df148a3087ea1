import json
import xml.etree.ElementTree as ET

import duckdb
import jsonschema
import pytest

from revrecon.entity_map.loader import load_map, parse_map
from revrecon.quality.controls.sheet import sheet_files
from revrecon.quality.controls.sql import condition, constraint
from revrecon.quality.controls.wanted import Control, controls_wanted, fields_without_control
from revrecon.quality.controls.written import FORMS, written_controls
from revrecon_tests.companies import SHOP
from revrecon_tests.repository import MAPS

SOQL = "{http://soap.sforce.com/2006/04/metadata}"


def control(kind, **more):
    told = {
        "system": "crm",
        "object": "Deal",
        "column": "Stage",
        "entity": "deal",
        "field": "stage",
        "field_type": "text",
    }
    return Control(**{**told, "kind": kind, "text": f"Stage: {kind}.", **more})


EVERY = [
    control("required"),
    control("allowed", values=("open", 'wo"n')),
    control("at_least", limit=0.0, field_type="money"),
    control("at_most", limit=9.5, field_type="money"),
    control("pattern", pattern=r"^[a-z]+\d$"),
    control("unique"),
    control("reference", target="Account"),
]


@pytest.mark.parametrize("path", MAPS, ids=[path.parent.name for path in MAPS])
@pytest.mark.parametrize("form", FORMS)
def test_every_rule_is_written_or_told_as_left_out(path, form):
    entity_map = load_map(path).map
    for system in entity_map.systems:
        made = written_controls(entity_map, system, form)
        assert {*made.enforced, *made.left_out} == set(controls_wanted(entity_map, system))
        assert not set(made.enforced) & set(made.left_out)
        assert bool(made.files) == bool(made.enforced)
        assert all(text.strip() for text in made.files.values())


def test_values_are_written_as_the_system_writes_them():
    shipped = load_map(MAPS[0]).map
    wanted = {one.name: one for one in controls_wanted(shipped, "crm")}
    assert wanted["Account_Type_allowed"].values == ("Prospect", "Customer")
    billing = {one.name: one for one in controls_wanted(shipped, "billing")}
    assert billing["product_unit_amount_at_least"].limit == 0
    assert "id" not in {one.column for one in wanted.values()}  # a key is the system's own business


@pytest.mark.parametrize(
    ("one", "formula"),
    [
        (EVERY[0], "ISBLANK(Stage)"),
        (control("required", column="StageName"), "ISBLANK(TEXT(StageName))"),
        (EVERY[1], 'AND(NOT(ISBLANK(TEXT(Stage))), NOT(OR(TEXT(Stage) = "open", TEXT(Stage) = "wo\\"n")))'),
        (EVERY[2], "Stage < 0"),
        (EVERY[3], "Stage > 9.5"),
        (EVERY[4], 'AND(NOT(ISBLANK(Stage)), NOT(REGEX(Stage, "[a-z]+\\\\d")))'),
    ],
)
def test_salesforce_refuses_what_breaks_the_rule(one, formula):
    (text,) = FORMS["salesforce"]([one])[0].values()
    root = ET.fromstring(text)
    assert root.find(f"{SOQL}errorConditionFormula").text == formula
    assert len(root.find(f"{SOQL}fullName").text) <= 40


def test_what_a_validation_rule_cannot_say_is_told():
    files, left_out = FORMS["salesforce"](EVERY)
    assert [one.kind for one in left_out] == ["unique", "reference"]
    assert len(files) == 5


def test_hubspot_gets_requests_for_its_validations():
    files, left_out = FORMS["hubspot"]([control("pattern", object="company", column="phone", pattern="^x$"), EVERY[0]])
    (request,) = map(json.loads, files.values())
    assert request["path"] == "/crm/v3/property-validations/0-2/phone/rule-type/REGEX"
    assert request["body"] == {"ruleArguments": ["^x$"], "shouldApplyNormalization": False}
    assert [one.kind for one in left_out] == ["required"]


@pytest.mark.parametrize(
    ("one", "good", "bad"),
    [
        (EVERY[0], "'open'", "NULL"),
        (EVERY[0], "'open'", "'  '"),
        (EVERY[1], "'wo\"n'", "'gone'"),
        (control("at_least", limit=0.0), "0", "-0.01"),
        (control("at_most", limit=9.5), "9.5", "9.51"),
        (control("pattern", pattern=r"^[a-z]+\d$"), "'ab1'", "'ab'"),
    ],
)
def test_a_sql_condition_lets_good_values_in_and_bad_ones_not(one, good, bad):
    told = condition(one).replace(" ~ ", " SIMILAR TO ")  # DuckDB's word for PostgreSQL's
    told = told.replace("'^", "'").replace("$'", "'") if one.kind == "pattern" else told
    kind = "DECIMAL(9, 2)" if one.kind.startswith("at_") else "VARCHAR"
    connection = duckdb.connect()
    connection.execute(f'CREATE TABLE "Deal" ("Stage" {kind}, CHECK ({told}))')
    connection.execute(f'INSERT INTO "Deal" VALUES ({good})')
    with pytest.raises(duckdb.ConstraintException):
        connection.execute(f'INSERT INTO "Deal" VALUES ({bad})')


def test_new_rows_can_be_held_while_old_ones_are_still_cleaned():
    assert constraint(EVERY[0]).endswith("NOT VALID")
    assert not constraint(EVERY[0], waits=False).endswith("NOT VALID")
    assert constraint(EVERY[5]) == 'ALTER TABLE "Deal" ADD CONSTRAINT "deal_stage_unique" UNIQUE ("Stage")'


@pytest.mark.parametrize(
    ("record", "holds"),
    [
        ({"Stage": "open", "Amount": 3}, True),
        ({"Stage": "open", "Amount": None}, True),
        ({"Stage": "lost", "Amount": 3}, False),
        ({"Stage": "", "Amount": 3}, False),
        ({"Amount": 3}, False),
        ({"Stage": "open", "Amount": -1}, False),
    ],
)
def test_a_json_schema_tells_good_records_from_bad_ones(record, holds):
    amount = control("at_least", column="Amount", limit=0.0, field_type="money")
    files, left_out = FORMS["json_schema"]([control("required"), control("allowed", values=("open", "won")), amount])
    schema = json.loads(files["Deal.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    assert jsonschema.Draft202012Validator(schema).is_valid(record) == holds
    assert left_out == []


def test_words_of_the_map_are_no_markup_on_the_sheet():
    text = sheet_files([control("pattern", text="Stage must look like ^a|b$ <b>.", pattern="x")])[0]["controls.md"]
    assert r"^a\|b$ \<b\>" in text


def test_required_fields_without_a_control_are_listed_and_planned_ones_count_as_none():
    told = parse_map(SHOP).map
    assert ("account", "crm", "account_name") in fields_without_control(told).select("entity", "copy", "field").rows()
    line = "account_name: {type: text, standard: legal_name, required: true"
    assert line in SHOP
    for words, listed in (("CRM required field", False), ("none yet; planned", True), ("Planned for 2027", True)):
        changed = parse_map(SHOP.replace(line, f"{line}, input_control: {words}")).map
        found = fields_without_control(changed).select("entity", "copy", "field").rows()
        assert (("account", "crm", "account_name") in found) == listed
