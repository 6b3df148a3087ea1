"""Whatever a day does, no secret is left anywhere, and nothing personal outside lake, tables and warehouse."""

import os
import sqlite3

import pytest

from revrecon_tests.security.leaks import leave, open_to_others, persons_left, secrets_left
from revrecon_tests.security.planted import PERSONS, SECRETS, where_found


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """A folder with all that two days leave: one that went well, and one of refusals, by command line and Dagster."""
    root = tmp_path_factory.mktemp("leaks")
    leave(root)
    return root


@pytest.mark.slow
def test_the_days_did_what_the_search_is_about(left):
    """The search proves something only where there was something to find."""
    said = (left / "said.txt").read_text()
    assert "refused the login" in said
    assert "answered 422" in said
    assert where_found(PERSONS[:1], left / "home/lake")
    assert where_found(PERSONS[:1], left / "home/tables")
    assert list((left / "home/reports/tickets").glob("RR-*.md"))
    assert list((left / "home/reports/daily").glob("*.html"))
    assert list((left / "dagster_home").rglob("*.db"))


@pytest.mark.slow
def test_no_secret_is_anywhere(left):
    found = secrets_left(left)
    assert found.lost == []
    assert found.tried == len(SECRETS)


@pytest.mark.slow
def test_personal_data_is_in_lake_tables_and_warehouse_alone(left):
    found = persons_left(left)
    assert found.lost == []
    assert found.tried == len(PERSONS)


@pytest.mark.slow
def test_a_secret_or_a_person_that_is_left_is_told_with_its_file(left, tmp_path):
    (tmp_path / "report.html").write_text(f"{next(iter(SECRETS.values()))} {PERSONS[0]}")
    assert any("report.html" in told for told in secrets_left(tmp_path).lost)
    assert any("report.html" in told for told in persons_left(tmp_path).lost)


@pytest.mark.slow
def test_nobody_else_on_the_machine_may_read_what_a_run_leaves(left):
    found = open_to_others(left)
    assert found.lost == []
    assert found.tried > 100
    assert os.stat(left / "home").st_mode & 0o777 == 0o700
    with sqlite3.connect(left / "home/ledger.db") as ledger:
        assert ledger.execute("SELECT count(*) FROM ticket_facts").fetchone()[0] > 0
