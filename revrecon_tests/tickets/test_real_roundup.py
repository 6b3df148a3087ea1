"""The same contract against Roundup itself, where it is installed: `roundup-admin` on the PATH, or ROUNDUP_ADMIN."""

import contextlib
import datetime as dt
import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from revrecon_tests.fakes.clock import FakeClock
from revrecon_tests.fakes.faults import Killed, Network
from revrecon_tests.servers import answers_at, free_port, serving
from revrecon_tests.tickets.offices import MONDAY, Office, fact, map_with, ticket_after

ADMIN = os.environ.get("ROUNDUP_ADMIN") or shutil.which("roundup-admin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(ADMIN is None, reason="Roundup is not here: pip install roundup in a venv, set ROUNDUP_ADMIN"),
]
SERVER = Path(__file__).with_name("roundup_server.py")


def tracker_made(folder, port):
    """A classic tracker with our property, and few rounds of hashing."""
    admin = [ADMIN, "-i", str(folder)]
    web = f"mail_domain=localhost,tracker_web=http://127.0.0.1:{port}/rev/,mail_debug={folder}/mail.log"
    subprocess.run([*admin, "install", "classic", "sqlite", web], check=True, capture_output=True)
    schema, config = folder / "schema.py", folder / "config.ini"
    issue = 'issue = IssueClass(db, "issue",'
    schema.write_text(schema.read_text().replace(issue, f"{issue}\n                external_id=String(indexme='no'),"))
    lines = config.read_text().splitlines()
    rounds = "password_pbkdf2_default_rounds"
    config.write_text("\n".join(f"{rounds} = 1000" if line.startswith(rounds) else line for line in lines) + "\n")
    subprocess.run([*admin, "initialise", "s3cret"], check=True, capture_output=True)


class Forwarded:
    """The real program behind the network that loses things, seen as the fakes are."""

    def __init__(self, port):
        headers = {"X-Requested-With": "rest", "Origin": f"http://127.0.0.1:{port}"}
        self.http = httpx.Client(timeout=30)
        self.api = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/rev/rest/data", auth=("admin", "s3cret"), headers=headers, timeout=30
        )

    def handle(self, request):
        answer = self.http.send(request)
        answer.read()
        return answer

    def shown(self):
        asked = {"@fields": "external_id,title,status", "@verbose": 2, "@page_size": 5000}
        states = {"unread": "open", "in-progress": "acknowledged", "resolved": "resolved"}
        for issue in self.api.get("/issue", params=asked).json()["data"]["collection"]:
            yield issue["external_id"], states[issue["status"]["name"]], issue["title"]

    def set_status(self, ours, status):
        number = self.api.get("/issue", params={"external_id:": ours}).json()["data"]["collection"][0]["id"]
        etag = self.api.get(f"/issue/{number}").headers["etag"]
        self.api.patch(f"/issue/{number}", json={"status": status}, headers={"If-Match": etag}).raise_for_status()


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("roundup") / "tracker", free_port()
    folder.mkdir()
    tracker_made(folder, port)
    command = [Path(ADMIN).with_name("python"), SERVER, folder, str(port)]
    with serving(command, port, folder / "server.log", answers_at("/rev/rest/data")):
        fake = Forwarded(port)
        yield port, fake
        fake.http.close()
        fake.api.close()


@pytest.fixture
def here(real, tmp_path, monkeypatch):
    port, fake = real
    monkeypatch.setenv("REVRECON_ROUNDUP_USER", "admin")
    company = map_with(f"trackers: {{board: {{kind: roundup, url: 'http://127.0.0.1:{port}/rev'}}}}")
    return Office("roundup", tmp_path, company, FakeClock(), fake, Network(fake.handle))


def states(here, *tickets):
    shown = list(here.shown())
    return [[state for ours, state in shown if ours == ticket.id] for ticket in tickets]


def test_a_ticket_lives_in_roundup_as_it_does_here(here):
    key = "deal/books/quality.c0"
    for verdicts, state in [
        (["breach"], "open"),
        (["breach", "pass"], "resolved"),
        (["breach", "pass", "breach"], "open"),
    ]:
        ticket = ticket_after(here.map, *verdicts, key=key)
        here.told(ticket)
        assert here.carried().troubles == []
        assert states(here, ticket) == [[state]]


def test_a_hundred_tickets_are_made_once_though_every_fifth_request_fails(here):
    faults = ["timeout after", "killed", "error before", "cut after", "error after"]
    here.network.fault = lambda number, request: faults[number // 5 % len(faults)] if number % 5 == 0 else None
    tickets = [ticket_after(here.map, "breach", key=f"deal/crm/quality.c{number}") for number in range(100)]
    here.told(*tickets)
    for _ in range(100):
        with contextlib.suppress(Killed):
            here.carried()
        if here.post().outbox.count("board") == 0:
            break
        here.clock.later(minutes=20)
    assert states(here, *tickets) == [["open"]] * 100


def test_what_people_did_in_roundup_comes_home(here):
    key = "deal/books/quality.stale_copy"
    here.ledger.record(MONDAY, [fact(MONDAY, key=key)], [])
    here.told(*here.tickets())
    here.carried()
    [ticket] = here.tickets()
    here.fake.set_status(ticket.id, "in-progress")
    here.post().read_back(here.ledger, ["board"], here.tickets())
    assert here.tickets()[0].state == "acknowledged"
    here.fake.set_status(ticket.id, "resolved")
    here.post().read_back(here.ledger, ["board"], here.tickets())
    assert (here.tickets()[0].state, here.tickets()[0].resolved_on) == ("resolved", MONDAY)
    later = MONDAY + dt.timedelta(days=1)
    here.ledger.record(later, [fact(later, key=key)], [])
    here.told(*here.tickets())
    here.carried()
    assert states(here, ticket) == [["open"]]
