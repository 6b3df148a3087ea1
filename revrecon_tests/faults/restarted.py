"""A real Dagster daemon whose schedule is due, killed in the middle of the day's run, and started again."""

import contextlib
import datetime as dt
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
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
_A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Strike:
    """What is killed once a run stands in a step, and how the day's runs have ended after the daemon came back."""

    kill: Callable[[subprocess.Popen[bytes]], None]
    ended: list[dg.DagsterRunStatus]


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
    """A kiosk whose schedule is due in a minute or two, for the day that ended at midnight, and who it tells."""

    root: Path
    day: dt.date
    address: str
    other: OverThere

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def secrets(self) -> dict[str, str]:
        return SECRETS | {"REVRECON_HOOK": f"{self.address}/in"}

    def environment(self) -> dict[str, str]:
        """What a Dagster process over its home finds, beside what is there for every process."""
        told = dagster_environment(open_home(self.home), self.root / "entity_map.yaml", self.root / "data")
        return {**self.secrets, **told}

    def tell(self, home: Path) -> None:
        """Everything that is due some days from now goes out."""
        os.environ.update(self.secrets)
        inputs, ledger = inputs_of(self.root, home), Ledger(open_home(home).ledger)
        office = PostOffice(inputs.loaded.map, inputs.home.ledger, home, self.other.clock)
        tickets = ledger.tickets(inputs.loaded.map, ledger.last_day())
        office.read_back(ledger, ["board"], tickets)
        office.file_away(ledger.tickets(inputs.loaded.map, ledger.last_day()))
        office.deliver(office.remote)

    def holds(self, home: Path) -> dict[str, str]:
        """What a home holds once all was told to who had heard nothing, but for what is told of failed runs."""
        self.other.fresh()
        self.tell(home)
        return everything(self.root, home, self.other)


def _company(root: Path, due: dt.datetime, address: str, other: OverThere) -> Company:
    """A kiosk that is run at that minute."""
    day = due.date() - dt.timedelta(days=1)
    root.mkdir(parents=True)
    text = MAP.replace("America/New_York", "UTC").replace('"05:30"', f'"{due:%H:%M}"')
    (root / "entity_map.yaml").write_text(text.replace(f"https://{BOARD}", address))
    export(root, day - dt.timedelta(days=1), QUOTES)
    export(root, day, BROKEN)
    return Company(root, day, address, other)


def daemon_killed(nursery: Nursery, root: Path, whole: bool = True) -> Outcome:
    """The daemon with all that it started, killed in the middle of the run; and the daemon alone, of another company.

    The run stands in a step that has the one place of its pool, which a run that is started again needs, too.
    Both are waited for at the same time. They are due on a full minute that is far enough for daemons to be up by then.
    """
    strikes = {"with its run": Strike(_kill_session, [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS])}
    if whole:
        strikes["alone"] = Strike(subprocess.Popen.kill, [dg.DagsterRunStatus.SUCCESS])
    due, outcome = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=120), Outcome()
    with ExitStack() as block:
        companies = {}
        for name in strikes:
            other = OverThere()
            companies[name] = _company(root / name.replace(" ", "-"), due, block.enter_context(served(other)), other)
        before = nursery.run(*(Order(one.root, one.root / "base", one.day - _A_DAY) for one in companies.values()))
        assert {told.how for told in before} == {"done"}, [told.said for told in before]
        pool = block.enter_context(ThreadPoolExecutor())
        waited = {name: pool.submit(_scheduled, _watched(one, block), strikes[name]) for name, one in companies.items()}
        for name, company in companies.items():
            outcome.judge(f"killed {name}", [*waited[name].result(), *_differences(company, nursery)])
    return outcome


def _differences(company: Company, nursery: Nursery) -> list[str]:
    """What of the home is not as in one whose day was run without any fault."""
    calm = company.root / "calm"
    shutil.copytree(company.root / "base", calm)
    undisturbed = nursery.run(Order(company.root, calm, company.day))[0]
    assert undisturbed.how == "done", undisturbed.said
    found, wanted = company.holds(company.home), company.holds(calm)
    differs = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    return [f"{name} differs" for name in differs]


@dataclass(frozen=True)
class Watched:
    """A company, its Dagster instance as seen from here, and what its Dagster processes find in their environment."""

    company: Company
    instance: dg.DagsterInstance
    environment: dict[str, str]


def _watched(company: Company, block: ExitStack) -> Watched:
    """The company's home after the day before, and its instance, open until the block ends."""
    shutil.copytree(company.root / "base", company.home)
    environment = company.environment()
    settings = company.home / "dagster/dagster.yaml"
    settings.write_text(settings.read_text().replace("poll_interval_seconds: 30", "poll_interval_seconds: 5"))
    with patch.dict(os.environ, environment):
        instance = block.enter_context(dg.DagsterInstance.from_config(str(settings.parent)))
    return Watched(company, instance, environment)


def _scheduled(watched: Watched, strike: Strike) -> list[str]:
    """Wait for the schedule, strike in the middle of its run, start the daemon again, and wait for the day."""
    day, home, instance = str(watched.company.day), watched.company.home, watched.instance
    with ExitStack() as both:
        daemon = both.enter_context(_daemon(watched.environment, home))
        _until(instance.get_runs, "the schedule asked for its run", home)
        with _writing(home / "ledger.db"):
            _until(lambda: _has_its_place(instance), "the schedule's run came to the ledger", home)
            strike.kill(daemon)
            daemon.wait()
            struck = [run.status for run in instance.get_runs()]
        both.enter_context(_daemon(watched.environment, home))
        _until(lambda: _is_settled(instance), "the day was run", home)
        time.sleep(10)  # for whoever would start it once more
    told = [(run.tags.get("dagster/partition"), run.status) for run in reversed(list(instance.get_runs()))]
    return [
        *([] if struck == [dg.DagsterRunStatus.STARTED] else [f"struck when runs were {struck}"]),
        *([] if told == [(day, status) for status in strike.ended] else [f"runs ended as {told}"]),
    ]


@contextmanager
def _writing(ledger: Path) -> Iterator[None]:
    """Somebody else writes to the ledger, for which a step waits."""
    with contextlib.closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def _has_its_place(instance: dg.DagsterInstance) -> bool:
    """Whether a step has the place for the one that writes to the ledger."""
    return instance.event_log_storage.get_concurrency_info("ledger").active_slot_count == 1


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
