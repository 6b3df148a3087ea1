"""What a record is linked to, as a column of it: the primary one, else the lowest, however many there are."""

import pytest

from revrecon.sources.contract import SourceError
from revrecon_tests.sources.offices import COLUMNS, a_hubspot


@pytest.fixture
def office(tmp_path, monkeypatch):
    monkeypatch.setitem(COLUMNS, "hubspot", ("name", "amount", "archived", "associations.companies"))
    office = a_hubspot(tmp_path, monkeypatch)
    for number in range(4):
        office.put(number)
    return office


def companies(office):
    state = office.state()
    return dict(zip(state["_key"], state["associations.companies"], strict=True))


def test_the_primary_link_counts_else_the_lowest_and_a_record_without_one_has_none(office):
    office.stand_in.link("deals", office.key(0), "companies", "77")
    office.stand_in.link("deals", office.key(1), "companies", "100")
    office.stand_in.link("deals", office.key(1), "companies", "99")
    for other in ("1", "2", "3", "4"):
        office.stand_in.link("deals", office.key(2), "companies", other)
    office.stand_in.link("deals", office.key(2), "companies", "5", "Primary")
    office.land()
    assert companies(office) == {
        office.key(0): "77",
        office.key(1): "99",
        office.key(2): "5",
        office.key(3): None,
    }


def test_a_changed_record_brings_its_links_along(office):
    office.land()
    office.tomorrow()
    office.put(3, "Now linked")
    office.stand_in.link("deals", office.key(3), "companies", "77")
    office.land()
    assert companies(office)[office.key(3)] == "77"


def test_an_answer_that_lacks_records_for_another_reason_is_none(office):
    office.stand_in.lacking = "crm.associations.TIMED_OUT"
    with pytest.raises(SourceError, match="only a part of the answer"):
        office.land()


def test_a_draft_proposes_the_links_of_a_deal(office):
    asked = office.source().asked("thing")
    found = {column.name: column.points_to for column in office.source().client.columns(asked)}
    assert found["associations.companies"] == "companies"
