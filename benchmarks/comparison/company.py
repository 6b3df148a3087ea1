"""The planted tables as a company of RevRecon: a map with one entity, its main system and the systems that copy it."""

import io
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from ruamel.yaml import YAML

from benchmarks.comparison.planted import COLUMNS, KEY
from revrecon.daily.day import Day
from revrecon.daily.home import open_home
from revrecon.daily.run import Inputs, landing_steps
from revrecon.entity_map.loader import LoadedMap, parse_map
from revrecon.history.lake import Lake

AS_OF = date(2026, 3, 31)
_TYPES = {"String": "text", "Int64": "integer", "Date": "date", "Boolean": "boolean"}


def _field_type(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Decimal):
        return "money" if dtype.scale == 2 else "decimal"
    return _TYPES[str(dtype)]


def _system(name: str) -> dict[str, Any]:
    return {
        "title": name, "settings": {"root": name, "file": "{object}/{date:%Y-%m-%d}.parquet"}, "department": "sales",
        "representative": "ann", "clock": "daily", "objects": {"record": {"key": [KEY]}},
    }  # fmt: skip


def _copy(name: str) -> dict[str, Any]:
    own = {} if name == "main" else {"cross_references": {"main": KEY}, "expected_when": "true"}
    return {"object": "record", "fields": {field: field for field in COLUMNS}, **own}


def _figure(copy: str | None) -> dict[str, Any]:
    of = {} if copy is None else {"copy": copy}
    return {
        "version": 1, "effective": date(2026, 1, 1), "department": "sales", "text": "Revenue above nothing.",
        "entity": "thing", **of, "conditions": {"there is some": "revenue > 0"}, "measure": {"sum": {"all": "revenue"}},
    }  # fmt: skip


def _revenue(names: list[str]) -> dict[str, Any]:
    definitions = {"canonical": _figure(None)} | {name: _figure(name) for name in names}
    return {"title": "Revenue", "text": "All there is.", "unit": "USD", "owner": "ann", "canonical": "canonical",
            "definitions": definitions}  # fmt: skip


def map_text(copies: int, numbers: bool = False) -> str:
    """The map for the main table and so many copies; all twenty columns are compared, none is put in standard form.

    `numbers`: it also has a number, of which every system has a figure.
    """
    names = ["main", *(f"copy_{number}" for number in range(1, copies + 1))]
    document = {
        "company": {"name": "Planted", "timezone": "UTC", "currency": "USD"}, "map": {"version": 1},
        "people": {"ann": {"name": "Ann", "email": "ann@example.com"}},
        "departments": {"sales": {"title": "Sales", "head": "ann"}},
        "systems": {name: _system(name) for name in names},
        "entities": {"thing": {
            "title": "Thing", "canonical_system": "main",
            "definition": {"text": "A row.", "version": 1, "signed_off_by": "ann", "signed_off_on": date(2026, 1, 1)},
            "replication": {name: _copy(name) for name in names},
            "quality": {"fields": {field: {"type": _field_type(dtype)} for field, dtype in COLUMNS.items()}},
            "reconciliation": {"owner": "ann", "compare": {field: {} for field in COLUMNS},
                               "thresholds": [{"share": {"warn": "1%", "breach": "3%"}}]},
        }},
        "numbers": {"revenue": _revenue(names)} if numbers else {},
        "rhythms": {"daily": {"at": "05:00"}, "tickets": {"at": "08:00"}},
    }  # fmt: skip
    written = io.StringIO()
    YAML(typ="safe").dump(document, written)
    return written.getvalue()


def map_of(copies: int, numbers: bool = False) -> LoadedMap:
    """The map, loaded as from a file."""
    return parse_map(map_text(copies, numbers))


def home_at(folder: Path, copies: int) -> Path:
    """Where the home of a company with so many copies is."""
    return folder / f"home_{copies}"


def land(folder: Path, copies: int) -> None:
    """Lay the landed tables out as exports, and take them into the lake of a home of their own."""
    loaded = map_of(copies)
    for name in loaded.map.systems:
        export = folder / "exports" / name / "record" / f"{AS_OF}.parquet"
        export.parent.mkdir(parents=True, exist_ok=True)
        if not export.exists():
            os.link(folder / "landed" / f"{name}.parquet", export)
    home = open_home(home_at(folder, copies))
    inputs = Inputs(loaded, folder / "exports", home)
    for step in landing_steps(inputs, AS_OF, Lake(home.lake)):
        step.take()


def day_of(folder: Path, copies: int) -> Day:
    """The day over that home."""
    return Day(map_of(copies), open_home(home_at(folder, copies)), AS_OF)


if __name__ == "__main__":
    land(Path(sys.argv[1]), int(sys.argv[2]))
