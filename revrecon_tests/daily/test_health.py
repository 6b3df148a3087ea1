"""RevRecon tells how it is, and the runbook has an entry for whatever it can say."""

import ast
import datetime as dt
import re
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

import revrecon
from revrecon.cli import app
from revrecon.daily.health import health_of, keep_health
from revrecon.daily.home import Home
from revrecon.entity_map.loader import load_map
from revrecon_tests.companies import SHOP
from revrecon_tests.shops import SECOND, run, shop_on_disk

PACKAGE = Path(revrecon.__file__).parent
RUNBOOK = (PACKAGE.parent / "docs/runbook.md").read_text(encoding="utf-8")
ALERTS = "\nalerts: {channels: {chat: {kind: slack, channel: C1, token_env: NOT_SET}}, owners: [chat]}\n"
NEXT_NOON = dt.datetime(SECOND.year, SECOND.month, SECOND.day + 1, 17, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    root = shop_on_disk(tmp_path_factory.mktemp("health"), SHOP + ALERTS)
    run(root, SECOND)
    return root


def signs(root, now=NEXT_NOON):
    found = health_of(Home(root / "home"), load_map(root / "entity_map.yaml").map, now)
    return {(one.chapter, one.name): one for one in found.signs}


def test_the_morning_after_a_run_all_extracts_rhythms_and_the_chain_are_good(ran):
    found = signs(ran)
    assert found["Extracts", "crm/Deal"].state == "good"
    assert found["Extracts", "crm/Deal"].told == f"last of {SECOND}, 1 day ago; the system may be silent for 1 day"
    assert found["Rhythms", "daily"].told == f"last of {SECOND}"
    assert found["Audit trail", "chain"].told.startswith("whole; its head is link")
    assert "lake" in found["Disk", "home"].told


def test_a_week_of_silence_is_bad_and_leads_to_the_runbook(ran):
    found = signs(ran, NEXT_NOON + dt.timedelta(days=7))
    assert (found["Extracts", "books/quote"].state, found["Rhythms", "daily"].state) == ("bad", "bad")
    assert found["Extracts", "books/quote"].runbook == "an-extract-is-late"


def test_what_an_outlet_was_told_is_held_against_what_is_due(ran):
    told = CliRunner().invoke(
        app, ["tickets", "deliver", "--map", str(ran / "entity_map.yaml"), "--home", str(ran / "home")]
    )
    assert "NOT_SET" in told.output
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    outlet = signs(ran, later)["Alerts and tickets", "chat"]
    assert outlet.state in ("watch", "bad")
    assert re.match(r"0 delivered, [1-9]\d* due", outlet.told)
    assert outlet.runbook == "an-outlet-does-not-answer"


def test_a_broken_chain_is_bad_and_the_command_says_so(ran):
    with sqlite3.connect(ran / "home/ledger.db") as ledger:
        ledger.execute(
            "INSERT INTO ticket_acts VALUES ('ACT-1', 'RR-A', '2026-03-02', 'comment', 'x', 'y', 'z', NULL, 'r')"
        )
    told = CliRunner().invoke(
        app, ["health", "--map", str(ran / "entity_map.yaml"), "--home", str(ran / "home")], env={"COLUMNS": "200"}
    )
    with sqlite3.connect(ran / "home/ledger.db") as ledger:
        ledger.execute("DELETE FROM ticket_acts WHERE id = 'ACT-1'")
    assert told.exit_code == 1
    assert "has no link in the audit trail" in " ".join(told.output.split())
    assert "the-audit-trail-is-broken" in told.output
    assert "Health of Corner Shop" in told.output


def test_the_page_stands_alone_and_escapes_what_it_is_told(ran):
    entity_map = load_map(ran / "entity_map.yaml").map
    evil = entity_map.model_copy(update={"company": entity_map.company.model_copy(update={"name": "<script>x"})})
    home = Home(ran / "home")
    page = keep_health(home, health_of(home, evil, NEXT_NOON)).read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;x" in page
    assert not re.search(r"(src|href)=", page)


def test_every_alert_and_every_sign_has_an_entry_in_the_runbook():
    headings = {
        re.sub(r"[^a-z0-9]+", "-", line.lstrip("# ").lower()).strip("-")
        for line in RUNBOOK.splitlines()
        if line[:1] == "#"
    }
    said = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    kinds = set(_kinds_of_notices())
    assert kinds == {"run", "deadline", "check", "heartbeat"}
    assert kinds <= headings
    entries = set(re.findall(r'"((?:an?|the)-[a-z]+(?:-[a-z]+)+)"', said))
    assert len(entries) >= 7
    assert entries <= headings
    for words in ("New", "Reopened", "Still open", "Escalated to", "Recovered", "Closed"):
        assert f"`{words}`" in RUNBOOK


def _kinds_of_notices():
    """What stands before the first | of the subject of every notice that the code can make."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        subjects = {
            node.targets[0].id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "told_notice":
                subject = node.args[0]
                subject = subjects[subject.id] if isinstance(subject, ast.Name) else subject
                yield subject.values[0].value.partition("|")[0]
