"""Two days of the sample company's exports: in a store, and as they are kept in a lake."""

import datetime as dt
import re
import tempfile
from functools import cache
from pathlib import Path

from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, landing_steps
from revrecon.entity_map.loader import parse_map
from revrecon.history.lake import Lake
from revrecon_tests.repository import ROOT

FIRST, SECOND = dt.date(2026, 7, 1), dt.date(2026, 7, 2)


def in_store(store):
    """The sample company's map with every system's exports in a store."""
    text = (ROOT / "entity_map.yaml").read_text()
    changed, count = re.subn(r"settings: \{root: (\w+)", rf"settings: {{store: {store}, root: nightly/\1", text)
    assert count >= 4
    return parse_map(changed)


def two_days():
    """The sample company's exports of two days: name in the store, and content."""
    for path in sorted((ROOT / "data").rglob("*")):
        if path.is_file() and path.stem in (str(FIRST), str(SECOND)):
            yield f"nightly/{path.relative_to(ROOT / 'data').as_posix()}", path.read_bytes()


def lake_of(inputs):
    """Everything that is kept of two days: what it is, how many rows, and what they hold."""
    lake = Lake(inputs.home.lake)
    for day in (FIRST, SECOND):
        for step in landing_steps(inputs, day, lake):
            step.take()
    return {
        (name, one, kept.day): (kept.rows, kept.contents, kept.quarantined, kept.content_hash)
        for name, system in inputs.loaded.map.systems.items()
        for one in system.objects
        for kept in lake.kept(name, one)
    }


@cache
def local_lake():
    """What is kept of two days that are read from the company's own folder."""
    loaded = parse_map((ROOT / "entity_map.yaml").read_text())
    with tempfile.TemporaryDirectory() as folder:
        return lake_of(Inputs(loaded, ROOT / "data", open_home(Path(folder))))
