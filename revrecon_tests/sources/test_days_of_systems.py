"""A whole day of a system that a map of one object names: what doctor, run, draft and controls do."""

from decimal import Decimal

import httpx
import polars as pl
import pytest
import yaml

from revrecon.daily.controls import told_controls
from revrecon.daily.examining import examined
from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, run_day
from revrecon.entity_map.entities import FieldRule
from revrecon.entity_map.loader import parse_map
from revrecon.sources.live.drafting import Drafted, drafted_map
from revrecon.sources.live.system import Outside
from revrecon_tests.sources.offices import a_marketo, a_tryton, an_odoo

MAP = """
company: {{name: Sandbox, timezone: America/New_York, currency: USD}}
map: {{version: 1}}
people: {{ann: {{name: Ann, email: ann@example.com}}}}
departments: {{sales: {{title: Sales, head: ann}}}}
systems:
  erp:
    connector: {connector}
    settings: {settings}
    title: ERP
    department: sales
    representative: ann
    clock: real time
    objects: {{thing: {{key: [id], table: {table}, created: {created}, changed: {changed}}}}}
entities:
  deal:
    title: Deal
    definition: {{text: A sale., version: 1, signed_off_by: ann, signed_off_on: 2026-01-01}}
    canonical_system: erp
    replication: {{erp: {{object: thing, fields: {{deal_name: {name}, amount: {amount}}}}}}}
    quality:
      fields: {{deal_name: {{type: text, required: true}}, amount: {{type: money}}}}
    reconciliation: {{owner: ann}}
numbers:
  deals:
    title: Deals
    text: What is for sale.
    unit: USD
    owner: ann
    canonical: canonical
    definitions:
      canonical:
        {{version: 1, effective: 2026-01-01, department: sales, text: Every deal., entity: deal,
          conditions: {{}}, measure: {{sum: {{amount: amount}}}}}}
      sales:
        {{version: 1, effective: 2026-01-01, department: sales, text: Every deal of the ERP., entity: deal, copy: erp,
          conditions: {{}}, measure: {{sum: {{amount: amount}}}}}}
rhythms: {{daily: {{at: "05:30"}}, tickets: {{at: "08:00"}}}}
"""
KINDS = {
    "odoo": (an_odoo, "amount_total"),
    "tryton": (a_tryton, "amount"),
    "marketo": (a_marketo, "annualRevenue"),
}


@pytest.fixture(params=sorted(KINDS))
def here(request, tmp_path, monkeypatch):
    made, amount = KINDS[request.param]
    office = made(tmp_path, monkeypatch)
    spec = office.system.objects["thing"]
    settings = office.system.settings.model_dump(mode="json", include={"url", "database", "begins"})
    text = MAP.format(
        connector=request.param, settings=settings, table=office.table, created=spec.created, changed=spec.changed,
        name=office.name, amount=amount,
    )  # fmt: skip
    for number in range(10):
        office.put(number, f"Thing {number}", amount="100.10")
    outside = Outside(lambda: office.now, httpx.MockTransport(office.stand_in.handle), pause=0.0)
    return office, Inputs(parse_map(text), tmp_path, open_home(tmp_path / "home"), outside=outside)


def test_a_day_runs_from_the_system_to_the_figure(here):
    office, inputs = here
    day = run_day(inputs, office.today)
    figures = day.tables.read("figures", "deals", office.today)
    assert set(figures["value"]) == {Decimal("1001.00")}
    office.tomorrow()
    office.put(0, "Thing 0", amount="0.10")
    office.stand_in.remove(office.table, office.key(9))
    day = run_day(inputs, office.today)
    assert set(day.tables.read("figures", "deals", office.today)["value"]) == {Decimal("800.90")}


def test_the_doctor_finds_it_well_and_names_a_column_that_it_lacks(here):
    office, inputs = here
    told = examined(inputs, "erp")
    assert (told.is_well, told.trouble, len(told.cannot_see) > 0) == (True, "", True)
    office.stand_in.tables.drop_column(office.table, office.name)
    (thing,) = examined(inputs, "erp").objects
    assert f"{office.table} has no column {office.name}" in thing.troubles[0]


def test_its_metadata_is_the_beginning_of_a_map(here):
    office, inputs = here
    source = inputs.source("erp")
    draft = yaml.safe_load(
        drafted_map("erp", [Drafted("thing", office.table, source.client.columns(source.asked("thing")))])
    )
    spec = office.system.objects["thing"]
    told = draft["systems"]["erp"]["objects"]["thing"]
    assert told == {"key": ["id"], "created": spec.created, "changed": spec.changed, "table": office.table}
    rules = draft["entities"]["thing"]["quality"]["fields"].values()
    assert len([FieldRule.model_validate(rule) for rule in rules]) >= 2
    assert office.table in source.client.tables()


def test_controls_are_compared_with_what_it_says_of_itself(here):
    office, inputs = here
    day = run_day(inputs, office.today)
    found = told_controls(day, "erp", inputs.outside).filter(pl.col("column") == office.name)
    there = {"odoo": "there", "tryton": "missing", "marketo": "not told"}[office.system.connector]
    assert dict(zip(found["kind"], found["state"], strict=True))["required"] == there


def test_a_wrong_secret_is_told_and_not_shown(here, monkeypatch):
    office, inputs = here
    settings = office.system.settings
    for name in (getattr(settings, one) for one in type(settings).model_fields if one.endswith("_env")):
        monkeypatch.setenv(name, "wrong-and-secret")
    told = examined(inputs, "erp")
    assert "environment" in told.trouble
    assert "wrong-and-secret" not in told.trouble
