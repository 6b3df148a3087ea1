"""The shipped companies, reconciled on the last day of their exports."""

import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from revrecon.daily.day import Day
from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, last_day_of, run_day
from revrecon.entity_map.loader import LoadedMap, load_map
from revrecon_tests.repository import ROOT

_SHELF = tempfile.TemporaryDirectory(prefix="revrecon-shipped-")


def reconciled(folder: Path, home: Path) -> Day:
    """The last day of a company whose map and exports lie in a folder."""
    inputs = Inputs(load_map(folder / "entity_map.yaml"), folder / "data", open_home(home))
    return run_day(inputs, last_day_of(inputs))


@cache
def sample_day() -> Day:
    """The last day of the sample company, run once in a process, to be read only."""
    return reconciled(ROOT, Path(_SHELF.name) / "sample")


def sample_home(root: Path) -> Path:
    """A home of the sample company as its last day left it, for whoever may write to it."""
    return Path(shutil.copytree(sample_day().home.root, root / "home"))


def only_compared(loaded: LoadedMap) -> LoadedMap:
    """The same map for days of which only matters what comes in and how copies are judged: it has no numbers, and
    records are matched by keys, not by likeness."""
    entities = {
        name: entity.model_copy(update={"reconciliation": entity.reconciliation.model_copy(update={"linkage": None})})
        for name, entity in loaded.map.entities.items()
    }
    return replace(loaded, map=loaded.map.model_copy(update={"entities": entities, "numbers": {}, "ratios": {}}))
