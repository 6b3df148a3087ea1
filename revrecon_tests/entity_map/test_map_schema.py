"""The JSON Schema for editors says the same as the loader."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from revrecon.entity_map import json_schema
from revrecon.entity_map.document import read_document
from revrecon.entity_map.schema import json_schema_text
from revrecon.entity_map.write_back import WriteBack
from revrecon_tests.repository import MAPS, ROOT


def _as_json(value: Any) -> Any:
    """What an editor sees: days as text."""
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _underlined(text: str) -> list[str]:
    """The places of a map at which an editor with the schema complains."""
    document, _ = read_document(text)
    complaints = jsonschema.Draft202012Validator(json_schema()).iter_errors(_as_json(document.value))
    return ["/".join(map(str, one.absolute_path)) for one in complaints]


def test_every_part_of_the_map_is_explained() -> None:
    parts = json_schema()["$defs"]
    assert len(parts) > 30
    assert [name for name, part in parts.items() if not part.get("description")] == []


def test_unknown_keys_are_underlined() -> None:
    parts = json_schema()["$defs"].values()
    assert all(part["additionalProperties"] is False for part in parts)


@pytest.mark.parametrize("path", MAPS, ids=[str(path.relative_to(ROOT)) for path in MAPS])
def test_what_the_loader_takes_fits_the_schema(path: Path) -> None:
    assert _underlined(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("written", [["stage", "amount"], {"columns": ["stage"], "master_id": "canonical_id"}])
def test_what_may_be_written_back_is_a_list_or_has_its_settings(written: object) -> None:
    told = {"objects": {"Deal": written}}
    assert WriteBack.model_validate(told).objects["Deal"].columns[0] == "stage"
    jsonschema.Draft202012Validator(WriteBack.model_json_schema()).validate(told)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("freshness: 24h", "freshness: soon"),
        ("warn: 1%", "warn: few"),
        ("at: 05:30", "at: early"),
        ("type: date", "type: dat"),
        ("title: Deal", "titel: Deal"),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(small_text: str, old: str, new: str) -> None:
    document, _ = read_document(small_text.replace(old, new))
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(_as_json(document.value))


def test_the_schema_as_text_is_the_same_schema() -> None:
    assert json.loads(json_schema_text()) == json_schema()
