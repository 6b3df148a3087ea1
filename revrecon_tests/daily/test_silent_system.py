"""A system that does not answer: the day is reconciled with its last state, and everything says so."""

import datetime as dt
import logging
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, run_day
from revrecon.entity_map.loader import load_map, parse_map
from revrecon.sources.contract import SourceUnreachable
from revrecon.sources.live.system import Outside
from revrecon_tests.fakes.faults import Network
from revrecon_tests.repository import ROOT
from revrecon_tests.sandbox.sample import Company, secrets
from revrecon_tests.shipped import only_compared

FIRST, SECOND = dt.date(2026, 7, 1), dt.date(2026, 7, 2)


@pytest.fixture
def company(monkeypatch):
    for name, value in secrets().items():
        monkeypatch.setenv(name, value)
    return Company(load_map(ROOT / "entity_map.yaml").map, ROOT / "data")


@pytest.mark.slow
def test_the_day_goes_on_with_the_last_state_and_says_since_when(company, tmp_path, caplog):
    network = Network(company.transport().handle_request)
    outside = Outside(lambda: company.now, network, pause=0.0)
    live = parse_map(company.live_map((ROOT / "entity_map.yaml").read_text(), company.addresses))
    inputs = Inputs(only_compared(live), ROOT / "data", open_home(tmp_path), outside=outside)
    hubspot = company.systems["marketing"][1].host

    def pass_to(day):
        company.pass_to(day)
        company.now = dt.datetime(day.year, day.month, day.day, 26 - 24, tzinfo=ZoneInfo("America/New_York"))
        company.now += dt.timedelta(days=1)

    pass_to(FIRST)
    network.fault = lambda number, request: "unreachable" if request.url.host == hubspot else None
    with pytest.raises(SourceUnreachable):  # nothing is known from before
        run_day(inputs, FIRST)
    network.fault = lambda number, request: None
    assert run_day(inputs, FIRST).stale == {}
    pass_to(SECOND)
    network.fault = lambda number, request: "unreachable" if request.url.host == hubspot else None
    with caplog.at_level(logging.WARNING):
        day = run_day(inputs, SECOND)
    assert day.stale == {"marketing": FIRST}
    late = day.findings_of("account", "marketing").filter(pl.col("cause") == "timing.late")
    assert late["observed"].to_list() == [f"nothing since {FIRST}"]
    assert caplog.messages[0].endswith("Its last state is used; the report says since when.")
    network.fault = lambda number, request: None
    assert run_day(inputs, SECOND).stale == {}
