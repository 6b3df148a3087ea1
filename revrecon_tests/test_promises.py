"""The page of promises names tests that there are, and shows the table that the command prints."""

import ast
import re
from pathlib import Path

import pytest

from benchmarks.promises import CARRIED, FAULTS, INPUTS
from revrecon.dagster_defs.local_instance import dagster_command

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs/promises.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", PAGE.split("## The promises")[1])


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_promise_is_held_by_a_test_that_there_is(file, name):
    there = {node.name for node in ast.parse((TESTS / file).read_text()).body if isinstance(node, ast.FunctionDef)}
    assert not name or name in there


def test_every_promise_names_a_test():
    rows = [line for line in PAGE.split("## The promises")[1].split("\n\n")[1].splitlines()[2:] if line.startswith("|")]
    assert len(rows) >= 12
    assert all(".py" in row.split("|")[2] for row in rows)


def test_the_tables_have_a_row_for_everything_that_is_tried_and_nothing_is_lost():
    rows = {cells[1].strip(): cells for line in PAGE.splitlines() if len(cells := line.split("|")) == 7}
    tried = (*FAULTS, *CARRIED, *INPUTS)
    assert set(tried) <= rows.keys()
    assert all(rows[name][4].strip() == "0" for name in tried)


def test_the_web_server_is_on_loopback():
    command = dagster_command(3000)
    assert command[command.index("-h") + 1] == "127.0.0.1"
