"""Retention: what days left behind is thinned out, so that a home stays in bounds; what is precious is kept."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path

from revrecon.daily.home import Home
from revrecon.daily.layers import files_with
from revrecon.daily.tables import Tables
from revrecon.entity_map.retention import Retention
from revrecon.history.atomic import BESIDE, leftovers
from revrecon.history.lake import Kept, every_version
from revrecon.history.storage.folder import Storage
from revrecon.tickets.figures import FigureRegister
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.outbox import Outbox

_DATED_REPORTS = ("daily", "identity", "bridges", "clean_up", "worst")
"""Folders of reports with a file or a folder per day. Packs, audits and tickets stay: people refer to them."""


@dataclass(frozen=True)
class Thinned:
    """What of one kind went, or would go."""

    what: str
    items: int
    size: int  # bytes; 0 where rows went


def thinned_days(days: Iterable[date], before: date) -> set[date]:
    """Of the days before one those that go: all but the last of each month."""
    old = sorted(day for day in days if day < before)
    months = [list(mine) for _, mine in groupby(old, key=lambda day: (day.year, day.month))]
    return {day for month in months for day in month[:-1]}


def retain(home: Home, retention: Retention, today: date, dry_run: bool = False) -> list[Thinned]:
    """Thin a home out as of a day and say what went, or with `dry_run` what would. Doing it again removes nothing more.

    A file that is removed half-way is no loss: whatever goes can be made again, or has been replaced.
    """
    files = {
        "days of reports": list(_reports(home, today - retention.reports)),
        "days of tables": list(_tables(home, today - retention.tables)),
        "replaced extracts": list(_replaced(home, today - retention.replaced)),
        "files that killed runs left": list(_left_behind(home)),
    }
    sizes = {what: sum(_size(path, home.lake) for path in paths) for what, paths in files.items()}
    told = [Thinned(what, len(paths), sizes[what]) for what, paths in files.items()]
    if not dry_run:
        for path in (path for paths in files.values() for path in paths):
            _remove(path, home.lake)
    ledger, outbox = Ledger(home.ledger), Outbox(home.ledger)
    passes = ledger.drop_passes(today - retention.passes, dry_run)
    messages = outbox.drop_told(_midnight(today - retention.messages), dry_run)
    return [
        *told,
        Thinned("facts of checks that never broke", passes, 0),
        Thinned("messages since replaced", messages, 0),
    ]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _reports(home: Home, before: date) -> Iterator[Path]:
    for name in _DATED_REPORTS:
        folder = home.reports / name
        dated: dict[date, list[Path]] = {}
        for path in folder.iterdir() if folder.is_dir() else ():
            day = _day_in(path.name)
            if day is not None:
                dated.setdefault(day, []).append(path)
        for day in sorted(thinned_days(dated, before)):
            yield from dated[day]


def _day_in(name: str) -> date | None:
    try:
        return date.fromisoformat(name[:10])
    except ValueError:
        return None


def _tables(home: Home, before: date) -> Iterator[Path]:
    for _, _, files in (*Tables(home.tables).all(), *Tables(home.carried).all()):
        dated: Mapping[date, Path] = {date.fromisoformat(path.stem): path for path in files}
        for day in sorted(thinned_days(dated, before)):
            yield from files_with(dated[day])


def _replaced(home: Home, before: date) -> Iterator[Path]:
    """Versions of an extract that are not its day's newest, were kept before a day, and no published figure names."""
    named = FigureRegister(home.ledger).extracts_named()
    lake = home.lake
    lake.look(lake.root)
    for folder in sorted(lake.root.glob("*/*/as_of=*")) if lake.root.is_dir() else ():
        versions: list[Kept] = every_version(folder, lake)
        for kept in versions[:-1]:
            if not kept.names & named and _kept_on(kept.path) < before:
                yield from kept.files


def _left_behind(home: Home) -> Iterator[Path]:
    yield from Tables(home.tables).abandoned()
    yield from Tables(home.carried).abandoned()
    for folder, _, files in os.walk(home.root):
        if any(name.startswith(BESIDE) for name in files):
            yield from leftovers(Path(folder))


def _kept_on(path: Path) -> date:
    """The day on which a version was kept, from its name."""
    return datetime.strptime(path.name[2:10], "%Y%m%d").replace(tzinfo=UTC).date()


def _size(path: Path, lake: Storage) -> int:
    if path.is_relative_to(lake.root) and not path.is_dir():
        return lake.size(path)
    return _bytes_below(path)


def _bytes_below(path: Path) -> int:
    inside = path.rglob("*") if path.is_dir() else [path]
    return sum(one.stat().st_size for one in inside if one.is_file())


def _remove(path: Path, lake: Storage) -> None:
    if path.is_relative_to(lake.root):
        lake.remove(path)
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sizes(home: Home) -> list[tuple[str, int]]:
    """How large each part of a home is, in bytes."""
    parts = {
        name: home.root / name
        for name in ("lake", "copies", "tables", "carried", "reports", "published", "linkage", "maps", "dagster")
    }
    files = {"ledger": home.root / "ledger.db", "warehouse": home.warehouse}
    return [(name, _bytes_below(path) if path.exists() else 0) for name, path in {**parts, **files}.items()]


RUNS_KEPT_AT_LEAST = timedelta(days=1)
"""No run is removed earlier, whatever the map says: sensors read ended runs."""
