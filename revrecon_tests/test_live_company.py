"""The sample company asked over HTTP, day by day, is the sample company read from its exports."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from revrecon.daily.home import open_home
from revrecon.daily.outcomes import live_tickets
from revrecon.daily.run import Inputs, run_day
from revrecon.entity_map.loader import load_map
from revrecon.sources.live.system import Outside
from revrecon_tests.sandbox.sample import Company, secrets
from revrecon_tests.shipped import ROOT

FIRST, DAYS = date(2026, 7, 1), 3
NIGHT = timedelta(days=1, hours=2)


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """Three days of both, and the last day of each."""
    folder = tmp_path_factory.mktemp("live")
    exported = load_map(ROOT / "entity_map.yaml")
    company = Company(exported.map, ROOT / "data")
    with pytest.MonkeyPatch.context() as environment, company.open() as addresses:
        for name, value in secrets().items():
            environment.setenv(name, value)
        (folder / "entity_map.yaml").write_text(company.live_map(exported.text, addresses))
        live = load_map(folder / "entity_map.yaml")
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            company.pass_to(day)
            company.now = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("America/New_York")) + NIGHT
            outside = Outside(lambda: company.now, pause=0.0)
            asked = run_day(Inputs(live, ROOT / "data", open_home(folder / "asked"), outside=outside), day)
            read = run_day(Inputs(exported, ROOT / "data", open_home(folder / "read")), day)
    return asked, read


@pytest.mark.slow
def test_every_table_is_the_same(homes):
    """But for one thing: Stripe tells when a record last changed only of the last thirty days."""
    asked, read = (day.home.root / "tables" for day in homes)
    paths = {path.relative_to(read) for path in read.rglob("*.parquet")}
    assert {path.relative_to(asked) for path in asked.rglob("*.parquet")} == paths
    assert len(paths) > 300
    for path in sorted(paths):
        one, other = pl.read_parquet(asked / path), pl.read_parquet(read / path)
        if path.parts[:2] == ("canonical", "revenue_event"):
            told = pl.lit(other["_changed"].dt.date() >= FIRST - timedelta(days=30))
            one, other = (frame.with_columns(pl.when(told).then(pl.col("_changed"))) for frame in (one, other))
        assert one.equals(other), path


@pytest.mark.slow
def test_the_tickets_are_the_same(homes):
    asked, read = (live_tickets(day) for day in homes)
    assert len(read) > 5
    assert asked == read
