"""What Tryton does its own way: values with a class, names in linked records, inactive records, unknown names."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import yaml

from revrecon.entity_map.systems import SourceObject
from revrecon.sources.contract import LoginRefused, RequestRefused
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.drafting import Drafted, drafted_map
from revrecon.sources.tryton.values import as_told, moment_of, stamp_of
from revrecon_tests.sources.offices import a_tryton

DEALS = Asked(
    "deal", "sale.opportunity",
    ("active", "amount", "close_date", "id", "party", "party.name", "write_date"), ("id",), None, "write_date", None,
)  # fmt: skip


@pytest.fixture
def office(tmp_path, monkeypatch):
    made = a_tryton(tmp_path, monkeypatch)
    made.stand_in.links = {"party": "party.party"}
    stamps = {"create_date": "2026-03-01T09:00:00.000000", "write_date": "2026-03-02T11:00:00.000209"}
    made.stand_in.put("party.party", {"id": "3", "name": "Acme", **stamps})
    first = {"id": "1", "amount": "1200.50", "close_date": "2026-06-30", "party": "3", **stamps}
    second = {"id": "2", "amount": None, "close_date": None, "party": None, "active": "0", **stamps}
    made.stand_in.put_many("sale.opportunity", [first, first, second])
    return made


def rows(office, asked=DEALS):
    pages = [page.rows for page in office.source().client.pages(asked)]
    return [row for page in pages for row in page.iter_rows(named=True)]


def test_values_that_name_their_class_are_told_as_text(office):
    first, second = rows(office)
    assert first == {
        "active": "true", "amount": "1200.50", "close_date": "2026-06-30", "id": "1", "party": "3",
        "party.name": "Acme", "write_date": "2026-03-02T11:00:00.000209+00:00",
    }  # fmt: skip
    assert (second["active"], second["amount"], second["party"], second["party.name"]) == ("false", None, None, None)


def test_a_record_that_was_never_written_again_changed_when_it_was_created(office):
    second = rows(office)[1]
    assert second["write_date"] == "2026-03-01T09:00:00+00:00"
    since = replace(DEALS, since=datetime(2026, 3, 1, 8, tzinfo=UTC))
    assert [row["id"] for row in rows(office, since)] == ["1", "2"]
    assert [row["id"] for row in rows(office, replace(since, since=datetime(2026, 3, 1, 10, tzinfo=UTC)))] == ["1"]
    plain = replace(DEALS, columns=("id", "write_date"), changed=None)
    assert [row["write_date"] is None for row in rows(office, plain)] == [False, True]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ({"__class__": "Decimal", "decimal": "1E+3"}, "numeric", "1000"),
        ({"__class__": "time", "hour": 9, "minute": 5, "second": 0, "microsecond": 0}, "time", "09:05:00"),
        ({"__class__": "timedelta", "seconds": 90}, "timedelta", "90"),
        ({"__class__": "date", "year": 999, "month": 1, "day": 2}, "date", "0999-01-02"),
        ([1, 2], "one2many", "[1, 2]"),
        ({"a": 1}, "dict", '{"a": 1}'),
        ("sale.sale,1", "reference", "sale.sale,1"),
        (0, "boolean", "false"),
        (None, "boolean", None),
    ],
)
def test_a_value_of_every_kind(value, kind, text):
    assert as_told(value, kind) == text


def test_a_moment_comes_back_from_a_domain_as_it_went_in():
    moment = datetime(2026, 3, 2, 11, 0, 0, 209, tzinfo=UTC)
    assert moment_of(stamp_of(moment)) == moment


def test_inactive_records_are_counted_read_and_compared_as_the_others_are(office):
    client = office.source().client
    assert (len(rows(office)), client.count(DEALS), client.keys(DEALS).to_list()) == (2, 2, ["1", "2"])


@pytest.mark.parametrize(
    ("only", "found"),
    [
        ('[["party", "=", 3]]', ["1"]),
        ("[('id', '>', 1)]", ["2"]),
        ("['OR', ('id', '=', 1), ('id', '=', 2)]", ["1", "2"]),
    ],
)
def test_a_domain_of_the_map_is_one_condition_among_the_others(office, only, found):
    asked = replace(DEALS, only=only)
    client = office.source().client
    assert [row["id"] for row in rows(office, asked)] == found == client.keys(asked).to_list()
    assert client.count(asked) == len(found)


def test_a_name_that_it_does_not_know_is_told_and_not_tried_again(office):
    before = len(office.stand_in.asked)
    with pytest.raises(RequestRefused, match=r"it knows no crm\.deal"):
        office.source().client.count(replace(DEALS, table="crm.deal"))
    assert len(office.stand_in.asked) - before == 2  # the context, and the question
    with pytest.raises(RequestRefused, match="it knows no nosuch"):
        rows(office, replace(DEALS, only='[["nosuch", "=", 1]]'))


def test_a_field_that_the_login_may_not_read_is_no_empty_one(office):
    office.stand_in.hidden = {"amount"}
    with pytest.raises(LoginRefused, match=r"may not read amount of sale\.opportunity"):
        rows(office)


def test_a_model_that_the_login_may_not_read_is_told_in_its_own_words(office):
    office.stand_in.closed = {"sale.opportunity"}
    with pytest.raises(RequestRefused, match='You are not allowed to access "sale.opportunity"'.replace(".", r"\.")):
        rows(office)


def test_its_metadata_begins_a_map_that_loads(office):
    client = office.source().client
    assert client.tables() == ["party.party", "sale.opportunity"]
    tables = ("party.party", "sale.opportunity")
    drafts = [Drafted(one, one, client.columns(replace(DEALS, table=one, columns=()))) for one in tables]
    draft = yaml.safe_load(drafted_map("erp", drafts))
    spec = SourceObject.model_validate(draft["systems"]["erp"]["objects"]["sale.opportunity"])
    assert (spec.key, spec.changed) == (("id",), "write_date")
    fields = draft["entities"]["sale_opportunity"]["quality"]["fields"]
    assert (fields["amount"], fields["party"]) == ({"type": "money"}, {"type": "reference", "to": "party_party"})
