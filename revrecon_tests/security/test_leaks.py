"""Whatever a day does, no secret is left anywhere, and nothing personal outside lake, tables and warehouse."""

import datetime as dt
import logging
import os
import sqlite3
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.dagster_defs.build import build_definitions
from revrecon.daily.home import open_home
from revrecon.daily.outcomes import live_tickets
from revrecon.daily.run import Inputs, run_day
from revrecon.daily.ticket_desk import TicketDesk
from revrecon.sources.contract import SourceError
from revrecon.sources.live.system import Outside
from revrecon_tests.sandbox import salesforce
from revrecon_tests.sandbox.serving import served
from revrecon_tests.security.planted import (
    PERSONS,
    SECRETS,
    TalkativeCrm,
    TalkativeDesk,
    fill,
    load_leak_map,
    where_found,
)

ZONE = ZoneInfo("America/New_York")
YESTERDAY = dt.datetime.now(ZONE).date() - dt.timedelta(days=1)
BEFORE = YESTERDAY - dt.timedelta(days=1)
MAY_HOLD_PERSONS = ("home/lake/", "home/tables/", "home/warehouse.duckdb", "data/", "home/linkage/")


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """A folder with all that two days leave: one that went well, and one of refusals, by command line and Dagster."""
    root = tmp_path_factory.mktemp("leaks")
    crm = TalkativeCrm(numbers=frozenset({"Worth"}))
    fill(root, crm, [BEFORE, YESTERDAY])
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(f"{record.getMessage()} {record.exc_text or ''} {record.exc_info}")
    with pytest.MonkeyPatch.context() as environment, served(crm) as at, served(TalkativeDesk()) as desk:
        for name, value in SECRETS.items():
            environment.setenv(name, value)
        environment.setattr(salesforce, "CLIENT_ID", SECRETS["LEAK_CLIENT_ID"])
        environment.setattr(salesforce, "CLIENT_SECRET", SECRETS["LEAK_CLIENT_SECRET"])
        logging.getLogger().addHandler(handler)
        try:
            loaded = load_leak_map(root, {"crm": at, "desk": desk})
            said = _what_happens(root, crm, loaded)
        finally:
            logging.getLogger().removeHandler(handler)
    (root / "said.txt").write_text("\n".join([*said, *lines]))
    return root


def _what_happens(root, crm, loaded) -> list[str]:
    night = dt.datetime(BEFORE.year, BEFORE.month, BEFORE.day, 23, tzinfo=ZONE)
    inputs = Inputs(loaded, root / "data", open_home(root / "home"), outside=Outside(lambda: night, pause=0.0))
    day = run_day(inputs, BEFORE)
    assert live_tickets(day), "the day must be in breach, so that there are tickets"
    said = []
    for state in ("no login", "refuses"):
        crm.state = state
        later = Inputs(
            loaded, root / "data", inputs.home, outside=Outside(lambda: night + dt.timedelta(days=1), pause=0.0)
        )
        try:
            run_day(later, YESTERDAY)
        except SourceError as trouble:
            said.append(f"{trouble} {trouble.__cause__}")
    desk = TicketDesk(loaded.map, inputs.home, clock=lambda: night + dt.timedelta(days=3))
    said += [str(report.troubles) for report in desk.send(again=True)]
    path = str(root / "entity_map.yaml")
    for words in (
        ["doctor"],
        ["tickets", "deliver"],
        ["standup", "--as-of", str(BEFORE)],
        ["clean-up", "--as-of", str(BEFORE)],
        ["worst", "--as-of", str(BEFORE)],
        ["verify"],
        ["trail"],
    ):
        options = ["--home", str(root / "home")] + ([] if words[0] in ("verify", "trail") else ["--map", path])
        told = CliRunner().invoke(app, [*words, *options], env={"COLUMNS": "300"})
        said.append(f"{words[0]} {told.exit_code}\n{told.output}\n{told.exception!r}")
    crm.state = "no login"
    said.append(_in_dagster(root, loaded))
    return said


def _in_dagster(root, loaded) -> str:
    """Yesterday as a run of Dagster, whose reading fails, and the day before, which goes on from the lake."""
    defs = build_definitions(loaded, root / "entity_map.yaml", root / "data", root / "home")
    job = defs.resolve_job_def("daily_reconciliation")
    (root / "dagster_home").mkdir()
    with dg.instance_for_test(temp_dir=str(root / "dagster_home")) as instance:
        told = [
            job.execute_in_process(instance=instance, partition_key=str(day), raise_on_error=False)
            for day in (YESTERDAY, BEFORE)
        ]
        return " ".join(f"{one.run_id} {one.success}" for one in told)


@pytest.mark.slow
def test_the_days_did_what_the_search_is_about(left):
    """The search proves something only where there was something to find."""
    said = (left / "said.txt").read_text()
    assert "refused the login" in said
    assert "answered 422" in said
    assert where_found(PERSONS[:1], left / "home/lake")
    assert where_found(PERSONS[:1], left / "home/tables")
    assert list((left / "home/reports/tickets").glob("RR-*.md"))
    assert list((left / "home/reports/daily").glob("*.html"))
    assert list((left / "dagster_home").rglob("*.db"))


@pytest.mark.slow
@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_anywhere(left, name):
    shown = {SECRETS[name], *(["Pw0rd-db"] if name == "LEAK_DATABASE" else [])}
    assert where_found(shown, left) == {}


@pytest.mark.slow
def test_personal_data_is_in_lake_tables_and_warehouse_alone(left):
    found = where_found(PERSONS, left)
    outside = {word: {one for one in files if not one.startswith(MAY_HOLD_PERSONS)} for word, files in found.items()}
    assert {word: files for word, files in outside.items() if files} == {}


@pytest.mark.slow
def test_nobody_else_on_the_machine_may_read_what_a_run_leaves(left):
    for path in (left / "home", *(left / "home").rglob("*")):
        mode = path.stat().st_mode & 0o077
        private = path.parent if path.is_file() else path
        assert mode == 0 or private.stat().st_mode & 0o077 == 0, path
    assert os.stat(left / "home").st_mode & 0o777 == 0o700
    with sqlite3.connect(left / "home/ledger.db") as ledger:
        assert ledger.execute("SELECT count(*) FROM ticket_facts").fetchone()[0] > 0
