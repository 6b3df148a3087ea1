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


def texts(values: Iterable[Json]) -> list[str | None]:
    """Values as texts; most are some already, and cost no call."""
    return [value if type(value) is str and value else as_text(value) for value in values]


def values_at(records: Iterable[Mapping[str, Json]], *path: str) -> list[Json]:
    """What stands at a path of names in each record; None where it is not there."""
    first, *deeper = path
    found: list[Json] = [record.get(first) for record in records]
    for name in deeper:
        found = [value.get(name) if isinstance(value, dict) else None for value in found]
    return found


def flat(record: Mapping[str, Json], above: str = "") -> Iterator[tuple[str, Json]]:
    """The values of a record by name; those of inner objects as `outer_inner`."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name}_")
        else:
            yield f"{above}{name}", value


def rows_of(records: Iterable[Mapping[str, Json]], columns: Sequence[str]) -> pl.DataFrame:
    """One row of text per record, of the columns that are asked for; what a record lacks is null."""
    told = [_level(record) for record in records]
    return pl.DataFrame(
        {name: texts(record.get(name) for record in told) for name in columns},
        schema=dict.fromkeys(columns, pl.String),
    )


def _level(record: Mapping[str, Json]) -> Mapping[str, Json]:
    """A record without inner objects; itself where it has none."""
    inner = [(name, value) for name, value in record.items() if isinstance(value, dict)]
    if not inner:
        return record
    found = dict(record)
    for name, value in inner:
        del found[name]
        found.update({f"{name}_{below}": each for below, each in _level(value).items()})
    return found


def listed(value: Json) -> Sequence[Mapping[str, Json]]:
    """The records of a list; none for anything else."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, Sequence) else []


def records_in(answer: Json, name: str) -> Sequence[Mapping[str, Json]]:
    """The records that an answer holds under a name. Raises IncompleteExtract where no list of records is there: an
    answer that was not understood is no empty one."""
    return records_told(inside(answer, name), f" under '{name}'")


def records_told(found: Json, where: str = "") -> Sequence[Mapping[str, Json]]:
    """The records of an answer that is a list of them. Raises IncompleteExtract for anything else."""
    told = listed(found)
    if not isinstance(found, Sequence) or isinstance(found, str) or len(told) < len(found):
        raise IncompleteExtract(
            f"An answer holds no list of records{where}, as the system promises. Nothing of it is kept; run again, and "
            "look with revrecon doctor if it happens again."
        )
    return told


def number_in(answer: Json, *path: str) -> int:
    """The whole number at a path of names. Raises IncompleteExtract where none is there."""
    found = as_text(inside(answer, *path)) or ""
    if not found.isdecimal():
        raise IncompleteExtract(
            f"An answer tells no number under '{'.'.join(path)}', as the system promises. Run again, and look with "
            "revrecon doctor if it happens again."
        )
    return int(found)


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
