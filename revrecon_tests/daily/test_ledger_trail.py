"""The audit trail of a home, as its commands tell it."""

import re
import sqlite3

import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon.daily.home import Home
from revrecon.daily.trail import heads
from revrecon_tests.shops import FIRST, SECOND, begun, run, shop_on_disk


@pytest.fixture
def root(tmp_path):
    """The shop after two days and an act on its ticket."""
    shop_on_disk(tmp_path)
    begun(tmp_path, FIRST, SECOND)
    listed = call(tmp_path, "tickets", "list", "--as-of", str(SECOND), *of_the_map(tmp_path)).output
    ticket = re.search(r"RR-\w{8}", listed)[0]
    told = call(tmp_path, "tickets", "acknowledge", ticket, "--by", "ann", "--why", "asked Bob", *of_the_map(tmp_path))
    assert told.exit_code == 0, told.output
    return tmp_path


def of_the_map(root):
    return ["--map", str(root / "entity_map.yaml")]


def call(root, *words):
    return CliRunner().invoke(app, [*words, "--home", str(root / "home")], env={"COLUMNS": "200"})


def change(root, *statements):
    with sqlite3.connect(root / "home/ledger.db") as connection:
        for statement in statements:
            connection.execute(statement)


def test_acts_and_maps_are_told_with_who_and_why(root):
    told = call(root, "trail").output
    assert re.search(r"act on a ticket: written +ACT-\w+ +ann +asked Bob", told)
    assert re.search(r"map: written +\w{16} +a run", told)
    verified = call(root, "verify", "--ledger")
    assert verified.exit_code == 0
    assert "The audit trail is whole; its head is link" in verified.output
    assert "act on a ticket: 1" in verified.output


def test_a_changed_act_is_named_with_what_it_means(root):
    change(root, "UPDATE ticket_acts SET by = 'bob'")
    told = call(root, "verify", "--ledger")
    assert told.exit_code == 1
    assert re.search(r"Link \d+ of .*: the act on a ticket ACT-\w+ is not what was written", told.output)


def test_an_altered_map_and_a_ledger_from_before_are_found(root):
    before = (root / "home/ledger.db").read_bytes()
    (map_file,) = (root / "home/maps").glob("*.yaml")
    text = map_file.read_text()
    map_file.write_text(text.replace("Corner Shop", "Other Shop"))
    assert "is not what was used: restore" in call(root, "verify", "--ledger").output
    map_file.write_text(text)
    listed = call(root, "tickets", "list", "--as-of", str(SECOND), *of_the_map(root)).output
    name = re.search(r"RR-\w{8}", listed)[0]
    call(root, "tickets", "resolve", name, "--by", "ann", "--why", "again", *of_the_map(root))
    run(root, SECOND)
    assert len(heads(Home(root / "home"))) > 1
    (root / "home/ledger.db").write_bytes(before)
    told = call(root, "verify", "--ledger")
    assert told.exit_code == 1
    assert "The ledger is an older one, such as from a backup" in told.output
