"""The map's JSON Schema, by which editors complete keys, explain parts and underline mistakes."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from revrecon.entity_map.model import EntityMap

_ALSO_WRITTEN: dict[str, JsonSchemaValue] = {
    "_column_shorthand": {"type": "string", "description": "The system's column."},
    "_tuple_shorthand": {"type": "string", "description": "The only one."},
    "_truth_shorthand": {"type": "string", "description": "The copy that holds the true value."},
    "_comparison_shorthand": {"type": "string", "description": "The kind of comparison."},
    "_match_key_shorthand": {"type": "array", "items": {"type": "string"}, "description": "The fields that are equal."},
    "_component_shorthand": {"type": "string", "description": "An SQL expression over fields."},
    "_as_of_shorthand": {"enum": ["now", "last_closed_month_end"], "description": "The day that it looks at."},
    "reported_shorthand": {
        "anyOf": [
            {"type": "string", "description": "The file."},
            {"type": "array", "items": {"type": "object"}, "description": "The figures."},
        ]
    },
    "_currency_of_copy_shorthand": {"type": "string", "description": "The currency's three letters."},
    "_currency_of_field_shorthand": {"type": "string", "description": "The column that names the currency."},
    "_conversion_day_shorthand": {"enum": ["as_of", "month_end"], "description": "Whose day's rates are used."},
    "_scale_shorthand": {"type": "boolean", "description": "Whether values of the wrong size are looked for."},
    "_to_share": {"type": "string", "pattern": r"^\s*[0-9.]+\s*%\s*$", "description": "A share such as 2%."},
}
"""What a value may be beside its full form, by the name of the model's own reading function."""

_ONLY_WRITTEN: dict[str, JsonSchemaValue] = {
    "_to_duration": {"type": "string", "pattern": r"^\s*\d+\s*[mhd]\s*$", "description": "Such as 30m, 24h or 2d."},
    "_to_time": {"type": "string", "pattern": r"^\d{1,2}:\d{2}(:\d{2})?$", "description": "A time such as 05:30."},
}
"""How durations and times are written here, where JSON Schema has other habits."""


class _AsWritten(GenerateJsonSchema):
    """Describes the map as authors write it, shorthands included."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        reader = getattr(schema["function"]["function"], "__name__", "")
        if reader in _ONLY_WRITTEN:
            return _ONLY_WRITTEN[reader]
        full = super().function_before_schema(schema)
        return {"anyOf": [_ALSO_WRITTEN[reader], full]} if reader in _ALSO_WRITTEN else full


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an Entity Map: every key, every shorthand, each part in a sentence."""
    schema = EntityMap.model_json_schema(by_alias=True, mode="validation", schema_generator=_AsWritten)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Entity Map"}


def json_schema_text() -> str:
    """The same schema as indented JSON text, ending in a line break."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
