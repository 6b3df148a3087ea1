"""JSON Schema: one schema per object, for whatever checks requests before they are sent. Draft 2020-12."""

import json
from collections.abc import Sequence

from revrecon.quality.controls.wanted import Control

_TYPES: dict[str, object] = {
    "integer": {"type": ["integer", "null"]},
    "decimal": {"type": ["number", "null"]},
    "money": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
}


def json_schema_files(controls: Sequence[Control]) -> tuple[dict[str, str], list[Control]]:
    """`OBJECT.schema.json` by path, and what looks beyond one record: uniqueness and references."""
    beyond = [one for one in controls if one.kind in ("unique", "reference")]
    objects: dict[str, list[Control]] = {}
    for one in controls:
        if one not in beyond:
            objects.setdefault(one.object, []).append(one)
    files = {f"{name}.schema.json": json.dumps(_schema(name, mine), indent=2) + "\n" for name, mine in objects.items()}
    return files, beyond


def _schema(name: str, controls: Sequence[Control]) -> dict[str, object]:
    properties: dict[str, dict[str, object]] = {}
    for one in controls:
        told = properties.setdefault(one.column, dict(_typed(one)))
        told |= _rule(one)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "type": "object",
        "properties": properties,
        "required": [one.column for one in controls if one.kind == "required"],
    }


def _typed(one: Control) -> dict[str, object]:
    found = _TYPES.get(one.field_type, {"type": ["string", "null"]})
    assert isinstance(found, dict)
    return found


def _rule(one: Control) -> dict[str, object]:
    """A rule as keywords; what is required may not be null, and text not empty."""
    bare = _typed(one)["type"]
    first = bare[0] if isinstance(bare, list) else bare
    rules: dict[str, dict[str, object]] = {
        "required": {"type": first, **({"minLength": 1} if first == "string" else {})},
        "allowed": {"enum": [*one.values]},
        "at_least": {"minimum": one.limit},
        "at_most": {"maximum": one.limit},
        "pattern": {"pattern": one.pattern},
    }
    return rules.get(one.kind, {})
