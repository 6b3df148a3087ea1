"""The commands about tickets."""

import re

import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon_tests.companies import SHOP
from revrecon_tests.shops import SECOND, THIRD, begun, run, shop_on_disk

ALERTS = "\nalerts: {channels: {notes: {kind: file}}, owners: [notes]}\n"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The shop after its second day, which is in breach."""
    root = shop_on_disk(tmp_path_factory.mktemp("shop"), SHOP + ALERTS)
    begun(root, SECOND)
    return root


def call(root, *words):
    named = ["--map", str(root / "entity_map.yaml"), "--home", str(root / "home")]
    return CliRunner().invoke(app, ["tickets", *words, *named], env={"COLUMNS": "160"})


def test_a_ticket_is_listed_shown_taken_up_rests_and_is_closed(ran):
    listed = call(ran, "list", "--data", str(ran / "data"), "--as-of", str(SECOND))
    assert listed.exit_code == 1
    name = re.search(r"RR-\w{8}", listed.output)[0]
    assert "Deal with wrong values in Books" in call(ran, "show", name[:6]).output
    file = ran / f"home/reports/tickets/{name}.md"
    for words, state in [
        (["acknowledge", name, "--by", "ann"], "acknowledged by ann"),
        (
            ["snooze", name, "--until", "2026-03-09", "--by", "ann", "--why", "fix on Friday"],
            "snoozed until 2026-03-09",
        ),
        (["resolve", name, "--by", "ann", "--why", "accepted"], "resolved on 2026-03-03 by ann"),
    ]:
        told = call(ran, *words)
        assert told.exit_code == 0, told.output
        assert state in told.output
        assert state in file.read_text().replace("\\", "")
    history = call(ran, "show", name).output
    for words in ("acknowledge by ann", "snooze until 2026-03-09 by ann: fix on Friday", "resolve by ann: accepted"):
        assert words in history
    assert "it comes back by itself" in call(ran, "resolve", name, "--by", "ann", "--why", "again").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "RR-NOSUCH"], "No ticket begins with 'RR-NOSUCH'"),
        (["acknowledge", "RR-", "--by", "nobody"], "'nobody' is no person of the map"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(ran, words, said):
    told = call(ran, *words)
    assert told.exit_code == 2
    assert said in told.output


def test_alerts_are_delivered_once_and_lost_files_are_written_again(tmp_path):
    root = shop_on_disk(tmp_path, SHOP + ALERTS)
    begun(root, SECOND)
    assert call(root, "deliver").exit_code == 0
    alerts = sorted((root / "home/reports/alerts").iterdir())
    assert len(alerts) == 1
    [page] = (root / "home/reports/tickets").glob("RR-*.md")
    page.unlink()
    run(root, THIRD)
    assert "resolved on 2026-03-04" in page.read_text()
    call(root, "deliver")
    call(root, "deliver")
    assert len(list((root / "home/reports/alerts").iterdir())) == 2  # and the recovery


def test_before_any_day_there_are_no_tickets(tmp_path):
    root = shop_on_disk(tmp_path)
    told = call(root, "show", "RR-X")
    assert told.exit_code == 2
    assert "revrecon run" in told.output
