"""What a home holds that must be equal after every fault, and what is wrong with one that was left half-way."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from revrecon.daily.layers import files_with
from revrecon.daily.tables import Tables
from revrecon.entity_map.loader import load_map
from revrecon.history.lake import Lake, every_version
from revrecon.history.storage.folder import Storage
from revrecon.tickets.figures import FigureRegister
from revrecon_tests.faults.kiosk import OtherSide, told_there

_MOMENTS = ("added_at", "not_before", "done_at", "claimed_at", "tried_at", "at", "key", "attempts", "number")
"""When and how often something was done; not what."""

_NOT_COMPARED = (("published", "figures"), ("main", "built_from"))
"""Tables of the warehouse that tell when something was written."""


def everything(root: Path, home: Path, other: OtherSide) -> dict[str, str]:
    """Every table, report, extract, ticket, message, published figure and what the tracker holds, by its content."""
    return {
        **dict(_tables(home)),
        **dict(_reports(home)),
        **dict(_extracts(root, home)),
        **dict(_ledger(home)),
        **dict(_warehouse(home)),
        "other side": told_there(other),
    }


def _tables(home: Path) -> Iterator[tuple[str, str]]:
    """Every derived table as it reads, in whatever files it is kept; what is carried is looked up, in no order."""
    for folder in ("tables", "carried"):
        tables = Tables(home / folder)
        for room, name, _ in tables.all():
            for day in tables.days(room, name):
                frame = tables.read(room, name, day)
                told = frame.sort(frame.columns) if folder == "carried" else frame
                yield f"{folder}/{room}/{name}/{day}", _print(told)


def _reports(home: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((home / "reports").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield str(path.relative_to(home)), path.read_text(encoding="utf-8").replace(str(home), "HOME")


def _extracts(root: Path, home: Path) -> Iterator[tuple[str, str]]:
    lake, systems = Lake(home / "lake"), load_map(root / "entity_map.yaml").map.systems
    for system, name in [(one, name) for one in systems for name in systems[one].objects]:
        for kept in lake.kept(system, name):
            lost = lake.quarantined(system, name, kept.day).height
            yield f"lake/{system}/{name}/{kept.day}", f"{kept.content_hash} {kept.rows} {kept.quarantined} {lost}"
        if lake.kept(system, name):
            yield f"lake/{system}/{name}", _print(lake.versions(system, name, systems[system].objects[name], kept.day))


def _ledger(home: Path) -> Iterator[tuple[str, str]]:
    url = f"sqlite:///{home / 'ledger.db'}"
    figures = FigureRegister(url)
    assert figures.faults() == []
    for figure in figures.all():
        told = figure.model_dump_json(exclude={"published_at", "previous_sha256", "place", "act", "salt"})
        yield f"figure {figure.id}", told
    for table in ("ticket_facts", "first_seen", "ticket_acts", "tickets", "tracker_links"):
        yield f"ledger/{table}", "\n".join(_rows(home, table))
    waiting = "outlet || subject || fingerprint"
    with sqlite3.connect(home / "ledger.db") as ledger:
        open_ones = ledger.execute(f"SELECT {waiting} FROM outbox_messages WHERE done_at IS NULL ORDER BY 1")
        yield "ledger/still waiting", json.dumps(open_ones.fetchall())
    ledger.close()


def _rows(home: Path, table: str) -> Iterator[str]:
    with sqlite3.connect(home / "ledger.db") as ledger:
        ledger.row_factory = sqlite3.Row
        rows = [dict(row) for row in ledger.execute(f"SELECT * FROM {table}")]
    ledger.close()
    plain = [
        {name: value for name, value in row.items() if table == "ticket_facts" or name not in _MOMENTS} for row in rows
    ]
    yield from sorted(json.dumps(row, default=str).replace(str(home), "HOME") for row in plain)


def _warehouse(home: Path) -> Iterator[tuple[str, str]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        names = warehouse.execute(
            "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL"
        ).fetchall()
        for schema, name in names:
            if (schema, name) not in _NOT_COMPARED:
                frame = warehouse.execute(f'SELECT * FROM "{schema}"."{name}" ORDER BY ALL').pl()
                yield f"warehouse/{schema}.{name}", _print(frame)


def _print(frame: pl.DataFrame) -> str:
    return hashlib.sha256(frame.write_json().encode()).hexdigest()


def half_visible(home: Path) -> list[str]:
    """Everything that a reader would see half of in a home that was left at any moment."""
    return [
        *(f"{path} is no whole table" for path in home.rglob("*.parquet") if not _is_whole(path)),
        *(f"{note} has lost a layer" for note in home.glob("*/*/*/*.json") if not _has_layers(note)),
        *(f"{note} has no extract" for note in home.glob("lake/*/*/as_of=*/v=*.json") if not _has_extract(note)),
        *(f"{page} is cut short" for page in home.rglob("*.html") if not page.read_text().rstrip().endswith("</html>")),
        *_unsound_databases(home),
    ]


def _is_whole(path: Path) -> bool:
    try:
        pl.read_parquet(path)
    except pl.exceptions.PolarsError:
        return False
    return True


def _has_layers(note: Path) -> bool:
    return all(path.exists() for path in files_with(note))


def _has_extract(note: Path) -> bool:
    with note.with_suffix(".parquet").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return all(
        kept.sha256 == found
        for kept in every_version(note.parent, Storage(note.parent))
        if kept.path == note.with_suffix(".parquet")
    )


def _unsound_databases(home: Path) -> Iterator[str]:
    if (home / "ledger.db").exists():
        with sqlite3.connect(home / "ledger.db") as ledger:
            said = ledger.execute("PRAGMA integrity_check").fetchone()[0]
        ledger.close()
        if said != "ok":
            yield f"the ledger is unsound: {said}"
    if (home / "warehouse.duckdb").exists():
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
            warehouse.execute("SELECT count(*) FROM information_schema.tables")
