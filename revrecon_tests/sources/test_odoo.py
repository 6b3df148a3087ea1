"""What Odoo does its own way: emptiness, links, archived records, domains, and errors that would tell too much."""

from dataclasses import replace

import httpx
import pytest
import yaml

from revrecon.entity_map.systems import SourceObject
from revrecon.sources.contract import RequestRefused
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.drafting import Drafted, drafted_map
from revrecon_tests.sources.offices import an_odoo

PARTNERS = Asked(
    "partner", "res.partner",
    ("active", "id", "is_company", "name", "ref", "user_id", "user_id.display_name", "write_date"),
    ("id",), None, "write_date", None,
)  # fmt: skip


@pytest.fixture
def office(tmp_path, monkeypatch):
    made = an_odoo(tmp_path, monkeypatch)
    common = {"write_date": "2026-03-02 11:00:00"}
    made.stand_in.put_many(
        "res.partner",
        [
            {"id": "7", "name": "Azure", "ref": "C-7", "user_id": "2|Mitchell Admin", "is_company": "true", **common},
            {
                "id": "9",
                "name": "Gone",
                "ref": None,
                "user_id": None,
                "is_company": "false",
                "active": "false",
                **common,
            },
        ],
    )
    return made


def rows(office, asked=PARTNERS):
    pages = [page.rows for page in office.source().client.pages(asked)]
    return [row for page in pages for row in page.iter_rows(named=True)]


def test_a_link_is_an_id_emptiness_is_nothing_and_a_stamp_is_in_utc(office):
    azure, gone = rows(office)
    assert azure == {
        "active": "true", "id": "7", "is_company": "true", "name": "Azure", "ref": "C-7", "user_id": "2",
        "user_id.display_name": "Mitchell Admin", "write_date": "2026-03-02T11:00:00+00:00",
    }  # fmt: skip
    assert (gone["ref"], gone["user_id"], gone["user_id.display_name"]) == (None, None, None)
    assert (gone["active"], gone["is_company"]) == ("false", "false")


def test_of_a_linked_record_no_more_than_its_name_is_told(office):
    with pytest.raises(RequestRefused, match=r"user_id\.display_name"):
        rows(office, replace(PARTNERS, columns=("id", "user_id.email")))


def test_archived_records_are_counted_read_and_compared_as_the_others_are(office):
    client = office.source().client
    assert (len(rows(office)), client.count(PARTNERS), client.keys(PARTNERS).to_list()) == (2, 2, ["7", "9"])


@pytest.mark.parametrize(
    ("only", "found"),
    [
        ('[["is_company", "=", "true"]]', ["7"]),
        ("[('ref', '=', 'C-7')]", ["7"]),
        ("['|', ('id', '=', 7), ('id', '=', 9)]", ["7", "9"]),
        ("['|', ('id', '=', 7), ('id', '=', 9), ('active', '=', 'false')]", ["9"]),
    ],
)
def test_a_domain_of_the_map_is_written_as_json_or_as_in_python(office, only, found):
    asked = replace(PARTNERS, only=only)
    client = office.source().client
    assert [row["id"] for row in rows(office, asked)] == found == client.keys(asked).to_list()
    assert client.count(asked) == len(found)


def test_a_condition_that_is_no_domain_is_told(office):
    with pytest.raises(RequestRefused, match="no Odoo domain: is_company = true"):
        rows(office, replace(PARTNERS, only="is_company = true"))


def test_of_an_error_only_its_sentence_is_told(office):
    """The answer holds a whole traceback."""
    bad = replace(PARTNERS, only='[["nosuch", "=", 1]]')
    with pytest.raises(RequestRefused) as told:
        rows(office, bad)
    assert "Invalid field 'nosuch' on model 'res.partner'" in str(told.value)
    assert not [word for word in ("Traceback", "hunter2", "/opt/odoo") if word in str(told.value)]


def test_a_fault_of_the_server_itself_is_one_that_may_pass(office):
    whole = office.network.handle
    fault = httpx.Response(
        500, json={"name": "psycopg2.errors.AdminShutdown", "message": "terminating", "debug": "..."}
    )
    office.network.handle = lambda request: fault if request.url.path.endswith("search_read") else whole(request)
    with pytest.raises(Exception, match="it answered 500") as told:
        rows(office)
    assert told.value.may_pass


def test_a_model_that_is_not_there_is_named(office):
    with pytest.raises(RequestRefused, match=r"the model 'crm\.deal' does not exist"):
        office.source().client.count(replace(PARTNERS, table="crm.deal"))


def test_its_metadata_begins_a_map_that_loads(office):
    client = office.source().client
    assert client.tables() == ["res.partner"]
    draft = yaml.safe_load(drafted_map("erp", [Drafted("res.partner", "res.partner", client.columns(PARTNERS))]))
    spec = SourceObject.model_validate(draft["systems"]["erp"]["objects"]["res.partner"])
    assert (spec.key, spec.changed) == (("id",), "write_date")
    fields = draft["entities"]["res_partner"]["quality"]["fields"]
    assert fields["name"] == {"type": "text", "required": True, "input_control": "required in the system itself"}
    assert fields["is_company"] == {"type": "boolean"}
