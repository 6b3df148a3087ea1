"""The page that walks one gap from the question to the deals says what the commands say."""

import re
import shlex
from datetime import date

import pytest
from typer.testing import CliRunner

from revrecon.cli import app
from revrecon_tests.repository import DOCS, ROOT
from revrecon_tests.shipped import sample_day, sample_home

PAGE = (DOCS / "from_question_to_deals.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n\$ (.*?)\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The page walks the last day of the sample company."""
    assert sample_day().as_of == date(2026, 11, 4)
    return sample_home(tmp_path_factory.mktemp("walk"))


def squeezed(line: str) -> str:
    return " ".join(line.replace("│", " ").split())


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[block[0] for block in BLOCKS])
def test_what_the_page_shows_is_what_the_command_says(command, shown, home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command)[1:]
    named = ["--map", str(ROOT / "entity_map.yaml"), "--data", str(ROOT / "data"), "--home", str(home)]
    told = CliRunner().invoke(app, [*words, *named], env={"COLUMNS": "100"})
    assert told.exit_code == 0, told.output
    said = iter([squeezed(line) for line in told.output.splitlines()])
    for line in map(squeezed, shown.strip().splitlines()):
        assert line in said, f"{command} does not say, after what comes before: {line}"


def test_its_pictures_are_there():
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", PAGE)
    assert len(pictures) == 2
    assert all((DOCS / picture).stat().st_size > 10_000 for picture in pictures)
