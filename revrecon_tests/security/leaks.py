"""What two days leave behind, one that went well and one of refusals, searched for secrets, persons and open doors."""

import datetime as dt
import logging
from pathlib import Path
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
from revrecon_tests.faults.outcomes import Outcome
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


def leave(root: Path) -> None:
    """Run both days below a folder, by command line and Dagster, and keep all that was said in `said.txt`."""
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


def secrets_left(root: Path) -> Outcome:
    """Every planted secret, looked for in every file."""
    outcome = Outcome()
    for name, secret in SECRETS.items():
        shown = {secret, *(["Pw0rd-db"] if name == "LEAK_DATABASE" else [])}
        outcome.judge(name, _told(where_found(shown, root)))
    return outcome


def persons_left(root: Path) -> Outcome:
    """Every planted personal value, looked for outside of lake, tables and warehouse."""
    outcome = Outcome()
    found = where_found(PERSONS, root)
    for number, word in enumerate(PERSONS):
        outside = {one for one in found.get(word, ()) if not one.startswith(MAY_HOLD_PERSONS)}
        outcome.judge(f"personal value {number}", sorted(outside))
    return outcome


def open_to_others(root: Path) -> Outcome:
    """Every file and folder of the home: whether anybody else on the machine may read it."""
    outcome = Outcome()
    for path in (root / "home", *(root / "home").rglob("*")):
        private = path.parent if path.is_file() else path
        is_closed = path.stat().st_mode & 0o077 == 0 or private.stat().st_mode & 0o077 == 0
        outcome.judge(str(path), [] if is_closed else ["others may read it"])
    return outcome


def _told(found: dict[str, set[str]]) -> list[str]:
    return sorted({file for files in found.values() for file in files})
