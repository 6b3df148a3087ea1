"""A real Dagster daemon whose schedule is due, killed in the middle of the day's run, and started again."""

import contextlib
import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import dagster as dg
import httpx

from revrecon.dagster_defs.local_instance import dagster_environment
from revrecon.daily.home import open_home
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.post import PostOffice
from revrecon_tests.fakes.clock import FakeClock
from revrecon_tests.fakes.jira import FakeJira
from revrecon_tests.fakes.webhook import FakeWebhook
from revrecon_tests.faults.comparing import everything
from revrecon_tests.faults.kiosk import BOARD, BROKEN, MAP, QUOTES, ROOM, SECRETS, export, inputs_of
from revrecon_tests.faults.nursery import Nursery, Order
from revrecon_tests.faults.outcomes import Outcome
from revrecon_tests.sandbox.serving import served

_ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
_PATIENCE = 300


class OverThere:
    """A tracker and a receiver of alerts on loopback; `fresh` makes them forget."""

    def __init__(self) -> None:
        self.clock = FakeClock(dt.datetime.now(dt.UTC) + dt.timedelta(days=5))  # every ticket is due by then
        self.fresh()

    def fresh(self) -> None:
        self.board, self.room = FakeJira(self.clock), FakeWebhook()

    def handle(self, request: httpx.Request) -> httpx.Response:
        return (self.board if request.url.path.startswith("/rest/") else self.room).handle(request)

    def fakes(self):
        return {BOARD: self.board, ROOM: self.room}


@dataclass(frozen=True)
class Company:
    """A kiosk whose schedule is due in a minute or two, for the day that ended at midnight."""

    root: Path
    day: dt.date
    other: OverThere

    def tell(self, home: Path) -> None:
        """Everything that is due some days from now goes out."""
        inputs, ledger = inputs_of(self.root, home), Ledger(open_home(home).ledger)
        office = PostOffice(inputs.loaded.map, inputs.home.ledger, home, self.other.clock)
        tickets = ledger.tickets(inputs.loaded.map, ledger.last_day())
        office.read_back(ledger, ["board"], tickets)
        office.file_away(ledger.tickets(inputs.loaded.map, ledger.last_day()))
        office.deliver(office.remote)

    def holds(self, home: Path) -> dict[str, str]:
        """What a home holds once all was told, but for what is told of failed runs."""
        self.tell(home)
        return everything(self.root, home, self.other)


def _company(root: Path, address: str, other: OverThere) -> Company:
    """Due on the full minute after the next, so that a daemon is up by then."""
    due = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    day = due.date() - dt.timedelta(days=1)
    root.mkdir(parents=True)
    text = MAP.replace("America/New_York", "UTC").replace('"05:30"', f'"{due:%H:%M}"')
    (root / "entity_map.yaml").write_text(text.replace(f"https://{BOARD}", address))
    os.environ.update(SECRETS | {"REVRECON_HOOK": f"{address}/in"})
    export(root, day - dt.timedelta(days=1), QUOTES)
    export(root, day, BROKEN)
    return Company(root, day, other)


def daemon_killed(nursery: Nursery, root: Path, whole: bool = True) -> Outcome:
    """The daemon with all that it started, killed in the middle of the run; and the daemon alone."""
    outcome, other = Outcome(), OverThere()
    strikes: dict[str, Callable[[subprocess.Popen[bytes]], None]] = {"with its run": _kill_session}
    if whole:
        strikes["alone"] = lambda daemon: daemon.kill()
    for name, strike in strikes.items():
        with served(other) as address:
            company = _company(root / name.replace(" ", "-"), address, other)
            outcome.judge(f"killed {name}", _troubles(company, nursery, strike))
    return outcome


def _troubles(company: Company, nursery: Nursery, strike: Callable[[subprocess.Popen[bytes]], None]) -> list[str]:
    base, calm, home = (company.root / name for name in ("base", "calm", "home"))
    before = nursery.run(Order(company.root, base, company.day - dt.timedelta(days=1)))[0]
    shutil.copytree(base, home)
    troubles = _scheduled(company, home, strike)
    shutil.copytree(base, calm)
    undisturbed = nursery.run(Order(company.root, calm, company.day))[0]
    assert (before.how, undisturbed.how) == ("done", "done"), f"{before.said} {undisturbed.said}"
    company.other.fresh()
    found = company.holds(home)
    company.other.fresh()
    wanted = company.holds(calm)
    differs = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    return [*troubles, *(f"{name} differs" for name in differs)]


def _scheduled(company: Company, home: Path, strike: Callable[[subprocess.Popen[bytes]], None]) -> list[str]:
    """Wait for the schedule, strike in the middle of its run, start the daemon again, and wait for the day."""
    environment = dagster_environment(open_home(home), company.root / "entity_map.yaml", company.root / "data")
    settings = home / "dagster/dagster.yaml"
    settings.write_text(settings.read_text().replace("poll_interval_seconds: 30", "poll_interval_seconds: 5"))
    with patch.dict(os.environ, environment), dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        with _daemon(environment, home) as daemon:
            _until(lambda: list((home / "tables").rglob(f"{company.day}.parquet")), "the schedule's run began", home)
            strike(daemon)
            daemon.wait()
            struck = [run.status for run in instance.get_runs()]
        with _daemon(environment, home):
            _until(lambda: _is_settled(instance), "the day was run", home)
            time.sleep(10)  # for whoever would start it once more
        told = [(run.tags.get("dagster/partition"), run.status) for run in instance.get_runs()]
    done = [partition for partition, status in told if status == dg.DagsterRunStatus.SUCCESS]
    return [
        *([] if struck == [dg.DagsterRunStatus.STARTED] else [f"struck when runs were {struck}"]),
        *([] if done == [str(company.day)] else [f"runs ended as {told}"]),
    ]


def _is_settled(instance: dg.DagsterInstance) -> bool:
    runs = instance.get_runs()
    done = any(run.status == dg.DagsterRunStatus.SUCCESS for run in runs)
    return done and all(run.status in _ENDED for run in runs)


@contextmanager
def _daemon(environment: dict[str, str], home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`dagster-daemon run` in a session of its own, ended with the block, whatever it started too."""
    command = [sys.executable, "-m", "dagster._daemon", "run", "-m", "revrecon.definitions"]
    told = {**os.environ, **environment, "PYTHONPATH": os.pathsep.join(sys.path)}
    with (home.with_suffix(".log")).open("ab") as log:
        daemon = subprocess.Popen(command, env=told, stdout=log, stderr=log, start_new_session=True)
        try:
            yield daemon
        finally:
            _kill_session(daemon)
            daemon.wait()


def _kill_session(daemon: subprocess.Popen[bytes]) -> None:
    """kill -9 for the daemon, its code server and its runs at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(daemon.pid, signal.SIGKILL)


def _until(holds: Callable[[], object], what: str, home: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within {_PATIENCE} s: {what}\n{home.with_suffix('.log').read_text()[-3000:]}")
        time.sleep(0.2)
