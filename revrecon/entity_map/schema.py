"""The map's JSON Schema, by which editors complete keys, explain parts and underline mistakes."""

import json
from typing import Any

from revrecon.entity_map.model import EntityMap


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an Entity Map: every key, every shorthand, each part in a sentence."""
    schema = EntityMap.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Entity Map"}


def json_schema_text() -> str:
    """The same schema as indented JSON text, ending in a line break."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
