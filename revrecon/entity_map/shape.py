"""From plain values to the frozen model: what does not fit, in plain words and with what would."""

import re
import types
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Discriminator, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from revrecon.entity_map.document import Document
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import PathPart, Problem, did_you_mean, listed
from revrecon.entity_map.stores import BUCKET, HOST_KEY

UNKNOWN_KEY = "unknown key"

_WANTED = (
    ("string_", "text"),
    ("int_", "a whole number"),
    ("float_", "a number"),
    ("decimal_", "a number"),
    ("finite_", "a number"),
    ("decimal_", "a number"),
    ("bool_", "true or false"),
    ("date_", "a date such as 2026-07-01"),
    ("time_delta_", "a duration such as 30m, 24h or 2d"),
    ("time_", 'a time of day such as "05:30"'),
    ("tuple_", "a list"),
    ("dict_", "keys with values"),
)
_NAMES_A_SECRET = r"^[A-Z][A-Z0-9_]*$"
_PATTERNS = {
    r"^[A-Za-z][A-Za-z0-9_]*$": "a name of letters, digits and underscores that begins with a letter",
    r"^[A-Z]{3}$": "three capital letters such as USD",
    r"^[^@\s]+@[^@\s]+$": "an e-mail address such as ann@example.com",
    _NAMES_A_SECRET: "the name of an environment variable such as REVRECON_TOKEN",
    r"^[\w.-]+/[\w.-]+$": "a repository such as company/operations",
    HOST_KEY: "the server's public key such as ssh-ed25519 AAAAC3Nza...",
    BUCKET: "a bucket such as acme-exports",
}
_SAID_BEFORE = {"invalid_key"}  # the document's own check has told of keys that are no text


def shaped(document: Document) -> tuple[EntityMap | None, list[Problem]]:
    """The map as a frozen model, or every place where it does not fit the model."""
    if document.value is None:
        return None, [Problem((), None, "the map is empty", f"it holds {listed(_required(EntityMap))}")]
    try:
        return EntityMap.model_validate(document.value), []
    except ValidationError as error:
        return None, list(_problems(document, error.errors(include_url=False)))


def _problems(document: Document, errors: Sequence[ErrorDetails]) -> Iterator[Problem]:
    placed = [(_path(document, error), error) for error in errors if error["type"] not in _SAID_BEFORE]
    unknown = [(path, error) for path, error in placed if error["type"] == "extra_forbidden"]
    meant = {(*path[:-1], near) for path, error in unknown for near in _near(error["loc"])}
    for path, group in groupby(placed, key=lambda item: item[0]):
        same = [error for _, error in group]
        if same[0]["type"] == "missing" and path in meant:
            continue  # a key that is merely misspelt is one mistake and not two
        message, hint = _words(path, same)
        yield Problem(path, document.line_of(path), message, hint)


def _path(document: Document, error: ErrorDetails) -> tuple[PathPart, ...]:
    written = _without_tags(error["loc"])
    loc = tuple(str(part) if part is True or part is False else part for part in written if part != "[key]")
    if error["type"].startswith("union_tag"):
        loc = (*loc, "connector" if "_connector" in error["ctx"]["discriminator"] else "kind")
    return loc if error["type"] in ("missing", "extra_forbidden") else document.shortened(loc)


def _words(path: tuple[PathPart, ...], errors: Sequence[ErrorDetails]) -> tuple[str, str | None]:
    error = errors[0]
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return UNKNOWN_KEY, _known_keys(error["loc"])
    if kind == "missing":
        return "this key is missing", None
    if kind == "union_tag_not_found":
        return "this key is missing", None
    if kind == "union_tag_invalid":
        return _choice(context["tag"], re.findall(r"'([^']*)'", context["expected_tags"]))
    if kind == "literal_error":
        return _choice(error["input"], re.findall(r"'([^']*)'", context["expected"]))
    if kind == "value_error":
        return str(context["error"]), None
    if kind == "greater_than":
        return f"expected more than {context['gt']}, found {found(error['input'])}", None
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return f"expected {bound}, found {found(error['input'])}", None
    if kind == "string_pattern_mismatch":
        wanted = _PATTERNS.get(context["pattern"], f"text that fits {context['pattern']}")
        is_secret = context["pattern"] == _NAMES_A_SECRET  # an author may have put the secret itself there
        return f"expected {wanted}, found {'something else' if is_secret else found(error['input'])}", None
    return _wrong_type(path, errors)


def _wrong_type(path: tuple[PathPart, ...], errors: Sequence[ErrorDetails]) -> tuple[str, str | None]:
    given = errors[0]["input"]
    if errors[0]["type"] in ("model_type", "model_attributes_type"):
        model = _model_at(path)
        keys = f" such as {listed(_required(model) or _keys(model)[:3])}" if model else ""
        return f"expected keys with values{keys}, found {found(given)}", None
    wanted = [words for error in errors for start, words in _WANTED if error["type"].startswith(start)][: len(errors)]
    hint = None
    if wanted == ["a list"] and isinstance(given, str):
        hint = f"write [{given}]"
    if wanted[:1] == ["text"] and isinstance(given, bool | int | float | date):
        hint = "put it in quotes"
    return f"expected {listed(wanted, 'or') if wanted else errors[0]['msg']}, found {found(given)}", hint


def _choice(given: Any, choices: Sequence[str]) -> tuple[str, str | None]:
    hint = did_you_mean(str(given), choices)
    return f"expected one of {listed(choices, 'or')}, found {found(given)}", hint


def found(value: Any) -> str:
    """A value in the words of an error: what kind it is and, where that is short, what it holds."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str):
        return f"'{value if len(value) <= 60 else value[:57] + '...'}'"
    if isinstance(value, date | datetime):
        return f"the date {value}"
    return f"the number {value}"


def _near(loc: tuple[PathPart, ...]) -> list[str]:
    model = _model_at(loc[:-1])
    hint = did_you_mean(str(loc[-1]), _keys(model)) if model else None
    return re.findall(r"'(.*)'", hint) if hint else []


def _known_keys(loc: tuple[PathPart, ...]) -> str | None:
    model = _model_at(loc[:-1])
    if model is None:
        return None
    return did_you_mean(str(loc[-1]), _keys(model)) or f"it may hold {listed(_keys(model))}"


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _required(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items() if field.is_required()]


def _model_at(path: tuple[PathPart, ...]) -> type[BaseModel] | None:
    """The model that describes a place of the map, or None where that is no model."""
    kind: Any = EntityMap
    for part in path:
        kind = _tagged(kind).get(part) or _below(_bare(kind), part)
    kind = _bare(kind)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _without_tags(loc: Sequence[PathPart]) -> Iterator[PathPart]:
    """A place as it is written: without the names of the variants that were chosen on the way."""
    kind: Any = EntityMap
    for part in loc:
        chosen = _tagged(kind).get(part)
        if chosen is None:
            yield part
        kind = chosen or _below(_bare(kind), part)


def _tagged(kind: Any) -> dict[PathPart, type[BaseModel]]:
    """The variants of a union that is told apart by `kind` or a connector, by the name of each; none otherwise."""
    if get_origin(kind) is not Annotated:
        return {}
    choices = get_args(get_args(kind)[0])
    for note in get_args(kind)[1:]:
        if isinstance(note, Discriminator):
            return {tag.tag: get_args(choice)[0] for choice in choices for tag in get_args(choice)[1:]}
        if isinstance(note, FieldInfo) and note.discriminator:
            return {get_args(model.model_fields["kind"].annotation)[0]: model for model in choices}
    return {}


def _bare(kind: Any) -> Any:
    """A type without its annotations and without `or None`."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return _bare(next(choice for choice in get_args(kind) if choice is not type(None)))
    return kind


def _below(kind: Any, part: PathPart) -> Any:
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    if get_origin(kind) is tuple:
        return get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {field.alias or name: field for name, field in kind.model_fields.items()}
        field = fields.get(str(part))
        return Annotated[field.annotation, field] if field and field.discriminator else field and field.annotation
    return None
