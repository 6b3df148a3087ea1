"""Every system that the documentation shows can be written into a map as it stands there."""

import re
from typing import get_args

import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from revrecon.entity_map.connectors import AnySystem, LiveSystem
from revrecon_tests.repository import DOCS

ABOUT = {"title": "System", "department": "sales", "representative": "ann", "clock": "real time"}
A_SYSTEM = re.compile(r"^```yaml\n(connector: .*?)^```", re.DOTALL | re.MULTILINE)
SHOWN = [
    (page.name, text)
    for page in sorted(DOCS.glob("*.md"))
    for text in A_SYSTEM.findall(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("page", "text"), SHOWN, ids=[f"{page} {text.split()[1]}" for page, text in SHOWN])
def test_a_system_that_is_shown_is_one(page, text):
    told = YAML(typ="safe").load(text)
    system = TypeAdapter(AnySystem).validate_python(ABOUT | told)
    assert set(told["objects"]) == set(system.objects)


def test_every_connector_is_shown():
    connectors = {get_args(system.model_fields["connector"].annotation)[0] for system in get_args(LiveSystem)}
    assert {text.split()[1] for _, text in SHOWN} == connectors
