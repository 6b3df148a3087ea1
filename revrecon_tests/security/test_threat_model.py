"""Every threat of the threat model names a test that is there."""

import ast
import re
from typing import get_args

from revrecon.entity_map.connectors import AnySystem
from revrecon_tests.repository import DOCS, ROOT

PAGE = (DOCS / "threat_model.md").read_text(encoding="utf-8")
THREATS = PAGE.partition("## Threats")[2].partition("\n## ")[0]
SCOPES = PAGE.partition("## The least that each login needs")[2].lower()


def test_every_named_test_exists():
    named = re.findall(r"`(revrecon_tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 20
    for file, test in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{file}::{test}"


def test_every_threat_names_a_test_but_the_one_that_asks_the_network():
    rows = [line for line in THREATS.splitlines() if line.startswith("| ")][1:]
    silent = [row for row in rows if "::test_" not in row]
    assert len(rows) > 12
    assert ["make audit-dependencies" in row for row in silent] == [True]
    assert "audit-dependencies:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_connector_has_its_least_scope():
    connectors = {tag.tag for kind in get_args(get_args(AnySystem)[0]) for tag in get_args(kind)[1:]}
    assert len(connectors) > 4
    for name in connectors:
        assert re.search(rf"^\|[^|]*\b{name}\b", SCOPES, re.MULTILINE), name
