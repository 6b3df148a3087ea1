import datetime as dt
import json
from dataclasses import replace

import pytest

from revrecon.audit.quarter import quarter_named
from revrecon.daily.auditing import QuarterIncomplete, audit_of, keep_audit, require_complete
from revrecon.daily.quarter import Known, extracts_that_differ, quarter_days, run_quarter
from revrecon.daily.reality import reality_of
from revrecon_tests.companies import SHOP
from revrecon_tests.reports.sheets import TICKET
from revrecon_tests.shops import (
    BROKEN_QUOTES,
    FIRST,
    SECOND,
    THIRD,
    begun,
    everything_in,
    export_day,
    inputs_of,
    run,
    shop_on_disk,
)


def asked(root, known=None, home="home"):
    inputs = inputs_of(root, home)
    return quarter_days(inputs, quarter_named("2026Q1", inputs.loaded.map.company), known or Known())


@pytest.fixture
def shop(tmp_path):
    return shop_on_disk(tmp_path)


def test_the_days_that_are_missing_are_run_in_one_go_as_one_by_one(shop):
    days = run_quarter(asked(shop))
    assert [day for day in days.quarter.days if day not in days.missing] == [FIRST, SECOND, THIRD]
    begun(shop, FIRST, SECOND, THIRD, home="other")
    assert everything_in(shop / "home") == everything_in(shop / "other")


def test_whoever_is_killed_goes_on_where_it_stopped(shop):
    begun(shop, FIRST)
    ran = []
    run_quarter(asked(shop), told=lambda name, at, total: ran.append(name))
    assert ran == [str(SECOND), str(THIRD), "closing"]
    run_quarter(asked(shop), told=lambda name, at, total: ran.append(name))
    assert len(ran) == 3  # nothing was left to do


@pytest.fixture
def days(shop):
    """The quarter of a shop, all of whose days were run that there are."""
    begun(shop, FIRST, SECOND, THIRD)
    return run_quarter(asked(shop))


def test_a_quarter_with_missing_days_is_refused_with_their_names(days):
    with pytest.raises(QuarterIncomplete, match=r"87 days from 2026-01-01 to 2026-03-31 missing of 90"):
        require_complete(days)
    assert audit_of(days).provisional


def test_an_audit_tells_the_quarter_and_names_what_it_rests_on(days):
    page = keep_audit(days, audit_of(days))
    manifest = json.loads(page.with_name("manifest.json").read_text())
    assert len(manifest["extracts"]) == 12  # four objects on three days
    assert all(len(one["sha256"]) == 64 for one in manifest["extracts"])
    assert manifest["audited"] == "Audited with the data as known now, under today's map."
    html = page.read_text()
    assert "PROVISIONAL" in html
    assert 'href="evidence.html"' in html
    evidence = page.with_name("evidence.html").read_text()
    for name in ("findings.csv", "checks.csv", "tickets.csv", "figures.csv", "decisions.csv"):
        assert page.with_name(name).exists()
        assert f'href="{name}"' in html
    assert "Every check over the quarter" in evidence


def test_the_evidence_of_very_many_tickets_shows_the_worst_and_links_all(days):
    many = tuple(replace(TICKET, id=f"RR-{number:07}") for number in range(2_500))
    page = keep_audit(days, replace(audit_of(days), tickets=many))
    evidence = page.with_name("evidence.html").read_text()
    assert [sum(one.id in evidence for one in part) for part in (many[:100], many[100:])] == [100, 0]
    assert 'The 100 worst of 2,500; all of them: <a href="tickets.csv">' in evidence
    assert page.with_name("tickets.csv").read_text().count("RR-") == 2_500


def test_a_quarter_is_audited_with_the_data_as_known_then_beside_the_real_one(shop):
    begun(shop, FIRST, SECOND)
    was, then = everything_in(shop / "home"), dt.datetime.now(dt.UTC)
    export_day(shop, SECOND, quotes=BROKEN_QUOTES.replace("900.00", "700.00"))  # the export is corrected later
    run(shop, THIRD)
    known = asked(shop, Known(at=then))
    days = run_quarter(known)
    sheet = audit_of(days)
    assert [day for day in days.quarter.days if day not in days.missing] == [FIRST, SECOND]
    assert extracts_that_differ(days) == 5  # the corrected one, and the four of the third day
    assert sheet.notes[0] == "5 extracts up to the quarter's end are known otherwise now."
    own = days.inputs.home.root
    assert own.is_relative_to(shop / "home" / "audits" / "2026Q1")
    mine = everything_in(own)
    tables = {name: digest for name, digest in was.items() if name.startswith("tables/figures")}
    assert tables
    assert {name: mine[name] for name in tables} == tables


def test_a_quarter_is_audited_under_the_maps_of_then(shop):
    begun(shop, FIRST)
    path = shop / "entity_map.yaml"
    line = "map: {version: 2, history: [{version: 2, on: 2026-03-04, by: ann, why: agreed}]}"
    path.write_text(SHOP.replace("map: {version: 1}", line).replace("title: Books\n", "title: The Books\n", 1))
    from revrecon.history.map_store import MapStore

    store = MapStore(inputs_of(shop).home.maps)
    store.keep(inputs_of(shop).loaded)
    first = next(one for one in store.all() if one.version == 1)
    note = first.path.with_suffix(".json")
    note.write_text(note.read_text().replace(f'"effective": "{first.effective}"', '"effective": "2026-01-01"'))
    days = run_quarter(asked(shop, Known(map_of_then=True)))
    sheet = audit_of(days)
    assert sheet.audited_as == "Audited with the data as known now, each day under the map of that day."
    sheets = days.inputs.home.reports / "daily"
    assert "Run under the map of that day: version 1" in (sheets / f"{SECOND}.html").read_text()
    assert "The map of that day is today&#39;s: version 2" in (sheets / f"{THIRD}.html").read_text()


def test_a_field_that_its_copy_maps_by_a_constant_is_not_asked_for_every_allowed_value(tmp_path):
    text = SHOP.replace("first_year: total}", "first_year: total, stage: {constant: open}}")
    text = text.replace("{deal_name: name, account: customer, stage: stage,", "{deal_name: name, account: customer,")
    shop_on_disk(tmp_path, text)
    days = run_quarter(asked(tmp_path))
    seen = reality_of(days, days.day(THIRD)).values
    assert ("deal", "crm", "stage") in seen
    assert ("deal", "books", "stage") not in seen
