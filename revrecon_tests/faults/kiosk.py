"""A kiosk: the smallest company whose day has every kind of step, so that it can be killed at each of them."""

import datetime as dt
import fcntl
import json
import os
import pickle
from pathlib import Path

import httpx

from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, run_day
from revrecon.entity_map.loader import load_map
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.post import PostOffice
from revrecon_tests.fakes.clock import FakeClock
from revrecon_tests.fakes.jira import FakeJira
from revrecon_tests.fakes.webhook import FakeWebhook
from revrecon_tests.faults.stepping import another_disk
from revrecon_tests.map_texts import pipeline_of, two_systems
from revrecon_tests.tables import table

FIRST, SECOND, THIRD = dt.date(2026, 3, 2), dt.date(2026, 3, 3), dt.date(2026, 3, 4)
BOARD, ROOM = "board.example.com", "room.example.com"
SECRETS = {
    "REVRECON_JIRA_USER": "ann",
    "REVRECON_JIRA_TOKEN": "s3cret",
    "REVRECON_HOOK": f"https://{ROOM}/in",
    "REVRECON_HOOK_SECRET": "s3cret",
}

_DEAL = """\
entities:
  deal:
    title: Deal
    definition: {text: A sale., version: 1, signed_off_by: ann, signed_off_on: 2026-01-01}
    canonical_system: crm
    replication:
      crm: {object: Deal, fields: {deal_name: name, stage: stage, amount: amount}}
      books:
        object: quote
        freshness: 24h
        cross_references: {crm: crm_id}
        fields: {deal_name: name, stage: stage, amount: total}
    quality:
      fields:
        deal_name: {type: text, standard: casefold, required: true}
        stage: {type: text, allowed: [open, won, lost]}
        amount: {type: money, at_least: 0}
    reconciliation:
      owner: ann
      match_keys: [[deal_name]]
      amount: amount
      compare: {stage: {}, amount: {absolute: 0.01}}
      thresholds: [{gross: {warn: 1, breach: 100}}]
"""
_OUTLETS = f"""\
trackers: {{board: {{kind: jira, url: "https://{BOARD}", project: REV}}}}
alerts:
  channels: {{room: {{kind: webhook, url_env: REVRECON_HOOK, secret_env: REVRECON_HOOK_SECRET}}}}
  owners: [room]
"""
MAP = two_systems("Kiosk", ["Deal"], ["quote"]) + _DEAL + pipeline_of("deal", publish="daily") + _OUTLETS

DEALS = """
    id | name  | stage | amount | created             | changed
    D1 | Big   | open  | 900.00 | 2026-01-10 00:00:00 | 2026-01-10 00:00:00
    D2 | Small | open  | 50.00  | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
    D3 | Done  | won   | 400.00 | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
"""
QUOTES = """
    id | name  | stage | total  | crm_id | created             | changed
    Q1 | Big   | open  | 900.00 | D1     | 2026-01-11 00:00:00 | 2026-01-11 00:00:00
    Q2 | Small | open  | 50.00  |        | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
       | Nobody | open | 10.00  |        | 2026-01-12 00:00:00 | 2026-01-12 00:00:00
"""
BROKEN = QUOTES.replace("900.00", "300.00")


def kiosk_on_disk(root: Path) -> Path:
    """A folder with a map and three days of exports: a quote breaks on the second day and stays broken."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "entity_map.yaml").write_text(MAP)
    for day, quotes in ((FIRST, QUOTES), (SECOND, BROKEN), (THIRD, BROKEN.replace("50.00", "51.00"))):
        export(root, day, quotes)
    return root


def export(root: Path, day: dt.date, quotes: str = QUOTES, deals: str = DEALS) -> None:
    """Write a day's exports."""
    for place, text in (("crm/Deal", deals), ("books/quote", quotes)):
        path = root / "data" / place / f"{day}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        table(text).write_csv(path)


def inputs_of(root: Path, home: Path) -> Inputs:
    """What a run of the kiosk starts from."""
    return Inputs(load_map(root / "entity_map.yaml"), root / "data", open_home(home))


class OtherSide(httpx.BaseTransport):
    """The tracker and the receiver of alerts, in a file: they live on when whoever talks to them is killed.

    `before` and `after` are called around each request that changes something there; while `down` nobody answers.
    """

    def __init__(self, path: Path, before=lambda name: None, after=lambda name: None) -> None:
        self.path, self.before, self.after = path, before, after
        self.clock = FakeClock(dt.datetime.now(dt.UTC))
        self.down = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused", request=request)
        asked = f"{request.method} {request.url.path}"
        changes = request.method != "GET" and "search" not in asked
        if changes:
            self.before(asked)
        answer = self._handled(request)
        if changes:
            self.after(asked)
        return answer

    def _handled(self, request: httpx.Request) -> httpx.Response:
        with another_disk(), self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            fakes = self.fakes()
            fake = fakes[request.url.host]
            fake.clock = self.clock
            answer = fake.handle(request)
            fake.clock = None
            beside = self.path.with_suffix(".new")
            beside.write_bytes(pickle.dumps(fakes))
            os.rename(beside, self.path)
        return answer

    def fakes(self):
        if self.path.exists():
            return pickle.loads(self.path.read_bytes())
        return {BOARD: FakeJira(None), ROOM: FakeWebhook()}


def day_of_the_kiosk(root: Path, home: Path, day: dt.date, other: OtherSide) -> None:
    """The whole of a day: read, reconcile, publish, report, and tell the tracker and the owners."""
    os.environ.update(SECRETS)
    inputs = inputs_of(root, home)
    run_day(inputs, day)
    tell(inputs, other)


def tell(inputs: Inputs, other: OtherSide) -> None:
    """Everything that is due goes out."""
    os.environ.update(SECRETS)
    ledger = Ledger(inputs.home.ledger)
    office = PostOffice(inputs.loaded.map, inputs.home.ledger, inputs.home.root, other.clock, other)
    tickets = ledger.tickets(inputs.loaded.map, ledger.last_day())
    office.read_back(ledger, ["board"], tickets)
    office.file_away(ledger.tickets(inputs.loaded.map, ledger.last_day()))
    office.deliver(office.remote)


def told_there(other: OtherSide) -> str:
    """What the tracker and the receiver hold: each ticket with its state and title, each alert that was taken in."""
    fakes = other.fakes()
    alerts = sorted(json.dumps(told, sort_keys=True) for told in fakes[ROOM].received)
    return json.dumps([sorted(fakes[BOARD].shown()), alerts], indent=1)
