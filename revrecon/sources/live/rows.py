"""JSON as it is answered, turned into rows of text: nothing rounded, nothing guessed."""

import ast
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import polars as pl

from revrecon.sources.contract import IncompleteExtract

Json = None | bool | int | float | str | Decimal | Sequence["Json"] | Mapping[str, "Json"]
"""What JSON may hold; numbers with a point are Decimal, as they were written."""


def parsed(content: bytes, name: str) -> Json:
    """JSON whose decimals are kept. Raises IncompleteExtract for what is none, such as an answer that was cut off."""
    try:
        found: Json = json.loads(content, parse_float=Decimal)
    except ValueError as error:
        raise IncompleteExtract(
            f"{name} sent {len(content):,} bytes that are no whole JSON ({error}). The answer may have been cut off."
        ) from error
    return found


def as_text(value: Json) -> str | None:
    """A value as the text that a file would hold; a list or an object as JSON."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def flat(record: Mapping[str, Json], above: str = "") -> Iterator[tuple[str, Json]]:
    """The values of a record by name; those of inner objects as `outer_inner`."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{above}{name}_")
        else:
            yield f"{above}{name}", value


def rows_of(records: Iterable[Mapping[str, Json]], columns: Sequence[str]) -> pl.DataFrame:
    """One row of text per record, of the columns that are asked for; what a record lacks is null."""
    told = [dict(flat(record)) for record in records]
    return pl.DataFrame(
        {name: [as_text(record.get(name)) for record in told] for name in columns},
        schema=dict.fromkeys(columns, pl.String),
    )


def listed(value: Json) -> Sequence[Mapping[str, Json]]:
    """The records of a list; none for anything else."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, Sequence) else []


def inside(value: Json, *path: str) -> Json:
    """What stands at a path of names; None where it is not there."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def literal(text: str) -> Json:
    """A value that a person wrote as JSON, or the way Python writes it; None for anything else."""
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError):
            continue
        return _as_lists(found)
    return None


def _as_lists(value: Json) -> Json:
    """Tuples as lists, which is what JSON has."""
    if isinstance(value, list | tuple):
        return [_as_lists(one) for one in value]
    return value
