"""What the doctor finds, and a map that a system's own metadata begins."""

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.daily.controls import told_controls
from revrecon.daily.examining import examined
from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, run_day
from revrecon.entity_map.entities import FieldRule
from revrecon.entity_map.loader import load_map, parse_map
from revrecon.entity_map.systems import SourceObject
from revrecon.sources.live.contract import Column
from revrecon.sources.live.drafting import Drafted, drafted_map
from revrecon.sources.live.system import Outside
from revrecon_tests.repository import ROOT
from revrecon_tests.sandbox.sample import Company, secrets
from revrecon_tests.shipped import only_compared


@pytest.fixture
def company(monkeypatch):
    for name, value in secrets().items():
        monkeypatch.setenv(name, value)
    made = Company(load_map(ROOT / "entity_map.yaml").map, ROOT / "data")
    made.pass_to(date(2026, 7, 1))
    return made


def inputs(company, tmp_path, change=lambda text: text):
    text = company.live_map((ROOT / "entity_map.yaml").read_text(), company.addresses)
    outside = Outside(transport=company.transport(), pause=0.0)
    return Inputs(parse_map(change(text)), ROOT / "data", open_home(tmp_path / "home"), outside=outside)


def test_a_system_that_is_well_tells_what_it_shows(company, tmp_path):
    here = inputs(company, tmp_path)
    found = {name: examined(here, name) for name in here.loaded.map.systems}
    assert all(one.is_well for one in found.values())
    assert next((one.name, one.says) for one in found["crm"].objects) == ("Account", "332 records")
    assert "requests are left today" in found["crm"].says
    assert all(one.cannot_see for one in found.values())


def test_a_column_that_the_system_does_not_have_is_told_with_the_nearest(company, tmp_path):
    here = inputs(company, tmp_path, lambda text: text.replace("BillingStreet", "BilingStreet"))
    (trouble,) = examined(here, "crm").objects[0].troubles
    assert trouble == "Account has no column BilingStreet; did you mean 'BillingStreet'?"


def test_a_missing_secret_and_a_wrong_one_are_told(company, tmp_path, monkeypatch):
    here = inputs(company, tmp_path)
    monkeypatch.setenv("REVRECON_HUBSPOT_TOKEN", "wrong")
    monkeypatch.delenv("REVRECON_STRIPE_KEY")
    assert "Renew the secret" in examined(here, "marketing").trouble
    assert "REVRECON_STRIPE_KEY is not set" in examined(here, "billing").trouble


def test_the_command_looks_at_exports_too_and_tells_by_its_exit_code():
    told = CliRunner().invoke(app, ["doctor", "--map", str(ROOT / "entity_map.yaml")])
    assert told.exit_code == 0, told.output
    assert "2026-07-01" in told.output
    broken = CliRunner().invoke(app, ["doctor", "--map", str(ROOT / "entity_map.yaml"), "--data", "/nowhere"])
    assert broken.exit_code == 1
    assert "no export" in broken.output


DEAL = Drafted(
    "deal", "sales.deal",
    (
        Column("id", "text", unique=True),
        Column("Deal Name", "text", "Name of the deal", required=True),
        Column("dealName", "text"),
        Column("2nd", "integer"),
        Column("stage", "text", values=("new", "won", "it's: lost", "yes")),
        Column("account", "reference", points_to="account"),
        Column("owner", "reference", points_to="person"),
        Column("rate", "number"), Column("amount", "money"), Column("updated_at", "timestamp"),
    ),
)  # fmt: skip
ACCOUNT = Drafted("account", "account", (Column("id", "text"), Column("name", "text", unique=True)))


def test_a_draft_names_keys_clocks_types_links_and_controls():
    told = yaml.safe_load(drafted_map("crm", [ACCOUNT, DEAL]))
    deal = told["systems"]["crm"]["objects"]["deal"]
    assert deal == {"key": ["id"], "changed": "updated_at", "table": "sales.deal"}
    fields = told["entities"]["deal"]["quality"]["fields"]
    assert list(fields) == ["deal_name", "deal_name_2", "field_2nd", "stage", "account", "owner", "rate", "amount"]
    assert fields["deal_name"] == {
        "type": "text", "required": True, "input_control": "required in the system itself",
    }  # fmt: skip
    assert fields["stage"]["allowed"] == ["new", "won", "it's: lost", "yes"]
    assert (fields["account"], fields["owner"]) == ({"type": "reference", "to": "account"}, {"type": "text"})
    assert told["entities"]["deal"]["replication"]["crm"]["fields"]["deal_name"] == "Deal Name"


def test_every_part_of_a_draft_is_one_that_the_map_takes(company, tmp_path):
    here = inputs(company, tmp_path)
    for name, system in here.loaded.map.systems.items():
        source = here.source(name)
        drafts = [Drafted(one, one, source.client.columns(source.asked(one))) for one in system.objects]
        told = yaml.safe_load(drafted_map(name, drafts))
        for spec in told["systems"][name]["objects"].values():
            SourceObject.model_validate(spec)
        rules = [rule for entity in told["entities"].values() for rule in entity["quality"]["fields"].values()]
        assert len([FieldRule.model_validate(rule) for rule in rules]) > 10


def test_controls_are_told_by_the_system_and_bypassed_by_its_records(company, tmp_path):
    here = inputs(company, tmp_path)
    here = replace(here, loaded=only_compared(here.loaded))
    salesforce = company.systems["crm"][1]
    salesforce.required |= {"BillingCountry"}
    salesforce.validation_rules["Account"] = ["RR_BillingPostalCode_required", "Made_By_Hand"]
    company.systems["marketing"][1].validations["companies"] = [("domain", "REGEX")]
    company.now = datetime(2026, 7, 2, 6, tzinfo=UTC)
    day = run_day(replace(here, outside=replace(here.outside, now=lambda: company.now)), date(2026, 7, 1))
    found = told_controls(day, "crm", here.outside).filter(pl.col("object") == "Account")
    told = {(row["column"], row["kind"]): row for row in found.iter_rows(named=True)}
    assert told["BillingCountry", "required"]["state"] in ("there", "bypassed")
    code = told["BillingPostalCode", "required"]
    assert (code["state"], code["broken"] > 0) == ("bypassed", True)
    assert told["Type", "allowed"]["state"] == "missing"
    assert told_controls(day, "marketing", here.outside).height > 0
    assert set(told_controls(day, "billing", here.outside)["state"]) <= {"not told", "missing"}
