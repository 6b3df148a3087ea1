"""A post office over each kind of tracker and its fake."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from revrecon.entity_map.loader import parse_map
from revrecon.tickets.fold import fold_ticket
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.model import Verdicted, WorstRecord
from revrecon.tickets.post import PostOffice
from revrecon_tests.companies import SHOP
from revrecon_tests.fakes.clock import FakeClock
from revrecon_tests.fakes.faults import Network
from revrecon_tests.fakes.github import FakeGitHub
from revrecon_tests.fakes.jira import FakeJira
from revrecon_tests.fakes.roundup import FakeRoundup
from revrecon_tests.fakes.servicenow import FakeServiceNow
from revrecon_tests.fakes.webhook import FakeWebhook

SETTINGS = {
    "jira": "{kind: jira, url: https://acme.example.com, project: REV}",
    "github": "{kind: github, repository: acme/ops, assignees: {ann: ann-gh}}",
    "servicenow": "{kind: servicenow, url: https://acme.example.com}",
    "roundup": "{kind: roundup, url: https://acme.example.com/rev}",
    "webhook": "{kind: webhook, url_env: REVRECON_HOOK, secret_env: REVRECON_HOOK_SECRET}",
}
FAKES = {
    "jira": FakeJira,
    "github": FakeGitHub,
    "servicenow": FakeServiceNow,
    "roundup": FakeRoundup,
    "webhook": FakeWebhook,
}
READ_BACK = sorted(set(FAKES) - {"webhook"})
KEY = "deal/books/quality.stale_copy"
MONDAY = dt.date(2026, 3, 2)


def map_with(lines):
    return parse_map(SHOP + "\n" + lines).map


@dataclass
class Office:
    """One company with one tracker, `board`."""

    kind: str
    root: Path
    map: object
    clock: FakeClock
    fake: object
    network: Network

    @property
    def url(self):
        return f"sqlite:///{self.root / 'ledger.db'}"

    @property
    def ledger(self):
        return Ledger(self.url)

    def post(self):
        """A new process over the same ledger."""
        return PostOffice(self.map, self.url, self.root, self.clock, self.network)

    def tickets(self, day=None):
        return self.ledger.tickets(self.map, day or self.ledger.last_day())

    def told(self, *tickets):
        self.post().plan(tickets)

    def carried(self):
        return self.post().deliver(["board"])[0]

    def shown(self):
        return sorted((ours, state) for ours, state, _ in self.fake.shown())


def office(kind, root):
    clock = FakeClock()
    fake = FAKES[kind](clock)
    company = map_with(f"trackers: {{board: {SETTINGS[kind]}}}")
    return Office(kind, root, company, clock, fake, Network(fake.handle))


def fact(day, verdict="breach", key=KEY, observed="won", gross="120.50"):
    worst = WorstRecord("abc", "books/quote/Q1", "stage", "open", observed, Decimal("9.10"))
    return Verdicted(key, day, verdict, 3, 30, 0.1, Decimal("-20.00"), Decimal(gross), "gross", 100.0, MONDAY, (worst,))


def ticket_after(company, *verdicts, key=KEY, as_of=None, **also):
    """The ticket after a row of days that begins on Monday, March 2."""
    days = [fact(MONDAY + dt.timedelta(days=n), verdict, key, **also) for n, verdict in enumerate(verdicts)]
    return fold_ticket(company, days, as_of or days[-1].day)
