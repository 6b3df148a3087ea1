"""Made-up accounts in four systems that know nothing of each other: names, streets and phones tell who is who."""

import io
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from ruamel.yaml import YAML

from benchmarks.linkage.many_accounts import FIELDS, HELD_BY, records_of
from revrecon.daily.home import Home
from revrecon.entity_map.loader import LoadedMap, parse_map
from revrecon.history.lake import Lake
from revrecon.sources.contract import REJECTED_SCHEMA, RawExtract

FIRST = date(2026, 3, 16)  # in the midst of a quarter: on its first day the model is learned anew
NEXT = FIRST + timedelta(days=1)
_OBJECT = "account"


def loaded() -> LoadedMap:
    """The map: one entity, `account`, in four systems, linked and compared by the defaults."""
    systems = {
        name: {"title": name, "settings": {"root": name}, "department": "sales", "representative": "ann",
               "clock": "daily", "objects": {_OBJECT: {"key": ["_id"]}}}
        for name in HELD_BY
    }  # fmt: skip
    account = {
        "title": "Account", "canonical_system": "crm",
        "definition": {"text": "A customer.", "version": 1, "signed_off_by": "ann", "signed_off_on": date(2026, 1, 1)},
        "replication": {name: {"object": _OBJECT, "fields": {f: f for f in FIELDS}} for name in HELD_BY},
        "quality": {"fields": {f: {"type": "text", "standard": form} for f, form in FIELDS.items()}},
        "reconciliation": {"owner": "ann", "linkage": {}, "compare": {field: {} for field in FIELDS},
                           "thresholds": [{"share": {"warn": "1%", "breach": "3%"}}]},
    }  # fmt: skip
    document = {
        "company": {"name": "Accounts", "timezone": "UTC", "currency": "USD"}, "map": {"version": 1},
        "people": {"ann": {"name": "Ann", "email": "ann@example.com"}},
        "departments": {"sales": {"title": "Sales", "head": "ann"}},
        "systems": systems, "entities": {"account": account}, "numbers": {},
        "rhythms": {"daily": {"at": "05:00"}, "tickets": {"at": "08:00"}},
    }  # fmt: skip
    written = io.StringIO()
    YAML(typ="safe").dump(document, written)
    return parse_map(written.getvalue())


def home_at(folder: Path) -> Path:
    """Where its home is."""
    return folder / "home"


def land_first(folder: Path, rows: int) -> None:
    """Make up the accounts, about so many in the largest system, and take them in."""
    records = records_of(int(rows * sum(HELD_BY.values())))
    folder.mkdir(parents=True, exist_ok=True)
    records.drop("_truth").write_parquet(_records(folder))
    _land(Lake(Home(home_at(folder), alone=True).lake), FIRST, "full", records)


def land_next(folder: Path, lake: Lake, share: float, contents: str) -> None:
    """Take in the next day: so great a share of the accounts of each system has another name and another phone."""
    whole = pl.read_parquet(_records(folder))
    hit = pl.col("_id").hash(seed=5) % 1_000_000 < int(share * 1_000_000)
    new = whole.filter(hit).with_columns(
        pl.col("account_name") + " Group", ("+1" + (pl.col("_id").hash(seed=6) % 10**10).cast(pl.String)).alias("phone")
    )
    if contents == "full":
        new = pl.concat([whole.filter(~hit), new])
    _land(lake, NEXT, contents, new)


def _records(folder: Path) -> Path:
    return folder / "records.parquet"


def _land(lake: Lake, day: date, contents: str, records: pl.DataFrame) -> None:
    systems = loaded().map.systems
    for name in HELD_BY:
        rows = records.filter(pl.col("copy") == name).select("_id", *FIELDS).sort("_id")
        extract = RawExtract(day, contents, rows, pl.DataFrame(schema=REJECTED_SCHEMA), "made")
        lake.keep(name, _OBJECT, systems[name].objects[_OBJECT], extract)
