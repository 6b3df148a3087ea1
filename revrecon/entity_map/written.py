"""How a value may be written in the map: what is read, and what editors are told of it, side by side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

Reader = Callable[[Any], Any]
"""Makes the full form of what is written shortly, and gives back anything else as it is. May raise ValueError."""


@dataclass(frozen=True, eq=False)  # annotations are hashed, and a schema cannot be
class OnlyWritten:
    """A value with a form of its own; `schema` describes that form as JSON Schema."""

    read: Reader
    schema: Mapping[str, object]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, full: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return dict(self.schema)


class AlsoWritten(OnlyWritten):
    """A value that may be written in a shorter form beside its full one; `schema` describes the shorter form."""

    def __get_pydantic_json_schema__(self, full: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [dict(self.schema), handler(full)]}


def text_for(key: str, description: str) -> AlsoWritten:
    """A bare text stands for `{key: text}`."""
    return AlsoWritten(_under(key, str), {"type": "string", "description": description})


def word_for(key: str, words: tuple[str, ...], description: str) -> AlsoWritten:
    """One of some words stands for `{key: word}`."""
    return AlsoWritten(_under(key, str), {"enum": list(words), "description": description})


def texts_for(key: str, description: str) -> AlsoWritten:
    """A bare list of texts stands for `{key: texts}`."""
    schema = {"type": "array", "items": {"type": "string"}, "description": description}
    return AlsoWritten(_under(key, list, tuple), schema)


def _under(key: str, *kinds: type) -> Reader:
    return lambda value: {key: value} if isinstance(value, kinds) else value


def _in_a_list(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


ONE_OR_MORE = AlsoWritten(_in_a_list, {"type": "string", "description": "The only one."})
"""A bare text stands for a list that holds it alone."""
