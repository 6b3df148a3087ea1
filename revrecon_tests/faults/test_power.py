"""The power fails."""

import os

import pytest
import sqlalchemy as sa

from revrecon.history.atomic import remove_for_good, write_text
from revrecon.tickets.database import open_engine
from revrecon_tests.faults.platter import Platter
from revrecon_tests.faults.power import the_power_fails


def test_a_day_on_which_the_power_fails_is_completed_by_the_next_run(calm):
    outcome = the_power_fails(calm, every=60)
    assert outcome.tried >= 4
    assert outcome.lost == []


@pytest.mark.slow
def test_a_day_on_which_the_power_fails_at_any_step_is_completed_by_the_next_run(calm):
    outcome = the_power_fails(calm, every=6)
    assert outcome.tried > 30
    assert outcome.lost == []


def test_the_ledger_waits_until_the_disk_has_the_commit_and_the_end_of_the_journal(tmp_path):
    with open_engine(f"sqlite:///{tmp_path}/ledger.db").connect() as connection:
        assert connection.execute(sa.text("PRAGMA synchronous")).scalar() == 3  # EXTRA
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "delete"


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A disk that holds one file for sure."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "old").write_text("old")
    monkeypatch.setattr("os.fsync", os.fsync)  # put back afterwards
    return Platter(home, tmp_path / "platter", lambda name: None)


def found(disk, tmp_path, names_too):
    to = tmp_path / f"image{names_too}"
    disk.image(to, names_too)
    return {str(path.relative_to(to)): path.read_text() for path in to.rglob("*") if path.is_file()}


@pytest.mark.parametrize("names_too", [False, True])
def test_what_was_written_is_there_below_new_folders_too(disk, tmp_path, names_too):
    write_text("new", disk.home / "a/b/new")
    write_text("newer", disk.home / "old")
    assert found(disk, tmp_path, names_too) == {"a/b/new": "new", "old": "newer"}


@pytest.mark.parametrize("names_too", [False, True])
def test_what_was_removed_for_good_does_not_come_back(disk, tmp_path, names_too):
    remove_for_good(disk.home / "old")
    assert found(disk, tmp_path, names_too) == {}


def test_the_disk_forgets_what_was_not_flushed(disk, tmp_path):
    (disk.home / "plain").write_text("plain")
    (disk.home / "old").unlink()
    (disk.home / "folder").mkdir()
    write_text("deep", disk.home / "folder/deep")
    assert found(disk, tmp_path, False) == {"old": "old"}
    assert found(disk, tmp_path, True) == {"plain": "", "folder/deep": "deep"}
