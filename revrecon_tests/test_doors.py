"""The house keeps its doors: rooms lie along the data's route, and only one of them speaks Dagster."""

import ast
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from revrecon_tests.repository import ROOT

PACKAGE = ROOT / "revrecon"
ROUTE = [
    "sources",
    "history",
    "canonical",
    "quality",
    "numbers",
    "timing",
    "tickets",
    "decisions",
    "write_back",
    "audit",
    "reports",
    "daily",
    "dagster_defs",
]
ALWAYS = {"entity_map", "findings"}


@cache
def modules():
    return {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Every revrecon module and outside package that a file imports, lazy imports included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def room_of(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_room_imports_only_the_map_findings_and_rooms_before_it(name):
    room = room_of(name)
    inside = {room_of(other) for other in imports_of(modules()[name]) if other.startswith("revrecon.")}
    if room in ALWAYS:
        assert inside <= {room}
    elif room in ROUTE:
        before = set(ROUTE[: ROUTE.index(room) + 1])
        assert inside <= before | ALWAYS


@pytest.mark.parametrize("name", sorted(modules()))
def test_only_the_dagster_room_the_front_door_and_the_command_line_speak_dagster(name):
    speaks = any(other.split(".")[0] == "dagster" for other in imports_of(modules()[name]))
    assert not speaks or room_of(name) in ("dagster_defs", "definitions", "cli")


def test_there_are_no_import_cycles():
    known = modules()
    graph = {
        name.removesuffix(".__init__"): {
            other for other in imports_of(path) if other in known and other != name.removesuffix(".__init__")
        }
        for name, path in known.items()
    }
    list(TopologicalSorter(graph).static_order())  # raises CycleError


def test_pure_rooms_do_not_even_load_dagster():
    import subprocess

    code = "import sys, revrecon.daily.run, revrecon.reports.html; sys.exit('dagster' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_room_knows_a_company():
    words = ("Heliograph", "EIA", "88888", "custbody")
    for name, path in modules().items():
        text = path.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], name


PRODUCTS = ("Salesforce", "HubSpot", "NetSuite", "Stripe", "Odoo", "Tryton", "Marketo")


def test_only_a_module_named_after_a_product_speaks_of_it():
    """The list of connectors in the map's model is the one place that names them all."""
    for name, path in modules().items():
        if name in ("revrecon.entity_map.connectors", "revrecon.sources.registry"):
            continue
        text = path.read_text(encoding="utf-8")
        told = [word for word in PRODUCTS if word in text]
        assert not [word for word in told if word.lower() not in name], name


def test_dagster_modules_do_not_postpone_annotations():
    for name, path in modules().items():
        if room_of(name) in ("dagster_defs", "definitions"):
            assert "from __future__ import annotations" not in path.read_text(encoding="utf-8"), name


def test_what_a_code_location_and_the_command_line_load_waits_for_no_pandas():
    """Pandera brings it along, splink too: a second that only a day with something in doubt has to pay."""
    import subprocess

    asked = "{'pandas', 'pandera', 'splink'} & {*sys.modules}"
    code = f"import sys, revrecon.dagster_defs.build, revrecon.cli; print(*{asked})"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert loaded.stdout.split() == []
