"""The small company on disk: its map and its exports, so that whole days can be run."""

import datetime as dt
import hashlib
import shutil
import tempfile
from pathlib import Path

import polars as pl

from revrecon.daily.day import Day
from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, run_day
from revrecon.entity_map.loader import load_map
from revrecon_tests.companies import QUOTES, SHOP, shop_tables
from revrecon_tests.tables import table

FIRST, SECOND, THIRD = dt.date(2026, 3, 2), dt.date(2026, 3, 3), dt.date(2026, 3, 4)
BROKEN_QUOTES = QUOTES.replace("300.00", "900.00")


def shop_on_disk(root: Path, text: str = SHOP) -> Path:
    """A folder with `entity_map.yaml` and three days of full exports: quotes break on the second and recover after."""
    (root / "entity_map.yaml").write_text(text)
    export_day(root, FIRST)
    export_day(root, SECOND, quotes=BROKEN_QUOTES)
    export_day(root, THIRD)
    return root


def export_day(root: Path, day: dt.date, **changed: str) -> None:
    """Write a day's exports of every object."""
    for (system, object_name), text in shop_tables(**changed).items():
        path = root / "data" / system / object_name / f"{day}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        table(text).write_csv(path)


def inputs_of(root: Path, home: str = "home") -> Inputs:
    """What a run of the shop starts from."""
    return Inputs(load_map(root / "entity_map.yaml"), root / "data", open_home(root / home))


def run(root: Path, day: dt.date, home: str = "home") -> Day:
    """Run one day of the shop."""
    return run_day(inputs_of(root, home), day)


def everything_in(home: Path) -> dict[str, str]:
    """Every derived table and report of a home by its content, for comparing two homes."""
    found = {}
    for path in sorted(home.rglob("*")):
        name = str(path.relative_to(home))
        if path.suffix == ".parquet" and name.startswith("tables"):
            found[name] = hashlib.sha256(pl.read_parquet(path).write_ipc(None).getvalue()).hexdigest()
        elif name.startswith("reports") and path.suffix in (".html", ".csv", ".md"):
            found[name] = path.read_text(encoding="utf-8")
    return found


def begun(root: Path, *days: dt.date, home: str = "home") -> Day:
    """The last of some days of a shop whose home is not there yet, for tests of what comes after them.

    Shops with the same map and exports are played once in a process, each day of them, and copied from then on.
    """
    place = root / home
    assert not place.exists(), "only a home that is not there yet is begun"
    contents = _contents(root)
    known = max(number for number in range(len(days) + 1) if not number or (contents, days[:number]) in _PLAYED)
    if known:
        shutil.copytree(_PLAYED[contents, days[:known]], place)
    for number in range(known, len(days)):
        run(root, days[number], home)
        kept = _PLAYED[contents, days[: number + 1]] = Path(tempfile.mkdtemp(dir=_SHELF.name)) / "home"
        shutil.copytree(place, kept)
    return seen(root, days[-1], home)


def seen(root: Path, day: dt.date, home: str = "home") -> Day:
    """A day of the shop as it was run."""
    inputs = inputs_of(root, home)
    return Day(inputs.loaded, inputs.home, day)


_SHELF = tempfile.TemporaryDirectory(prefix="revrecon-shops-")
_PLAYED: dict[tuple[str, tuple[dt.date, ...]], Path] = {}


def _contents(root: Path) -> str:
    """The map and the exports of a shop, as one digest."""
    digest = hashlib.sha256((root / "entity_map.yaml").read_bytes())
    for path in sorted(path for path in (root / "data").rglob("*") if path.is_file()):
        digest.update(f"\0{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
