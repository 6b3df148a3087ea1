"""What a writer of a live system gives: the present values of records, and records put to other ones."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from revrecon.sources.live.contract import Asked
from revrecon.sources.live.rows import Json

Key = tuple[str, ...]
"""The values of a record's key columns, in their order."""

Values = Mapping[str, str | None]
"""Values by column, as text; None where a column is empty."""


@dataclass(frozen=True)
class Writable:
    """What a system's metadata says of a column: its type (as in Column), and why this login may not write it."""

    type: str
    never: str = ""


@dataclass(frozen=True)
class Put:
    """One record: what it held a moment ago, and what it shall hold; both of the same columns."""

    key: Key
    before: Values
    after: Values


class Writer(Protocol):
    """One live system that takes changes. Every method may raise SourceError and its kin."""

    at_once: int
    """How many records one request may hold at most."""

    rights: str
    """What the login needs, in a sentence for whoever gives it out."""

    def target(self) -> str:
        """Log in, and name the very system that is written to, without a secret. Raises LoginRefused."""
        ...

    def writable(self, asked: Asked) -> Mapping[str, Writable]:
        """What the metadata says of an object's columns, by their names."""
        ...

    def present(self, asked: Asked, keys: Sequence[Key]) -> dict[Key, dict[str, str | None]]:
        """What records hold now of the columns asked for; those that are not there, or deleted, are left out."""
        ...

    def put(self, asked: Asked, records: Sequence[Put]) -> dict[Key, str]:
        """Change records, of which there are no more than `at_once`; those that were refused, and why.

        Raises NobodyKnows where it may have been done or not. It is never repeated.
        """
        ...


def typed(kind: str, value: str | None) -> Json:
    """A value as JSON holds it: numbers and truths as such. One that is none of its kind stays text."""
    if value is None:
        return None
    if kind == "boolean" and value.casefold() in ("true", "false"):
        return value.casefold() == "true"
    if kind in ("number", "money", "integer"):
        number = as_number(value)
        return value if number is None else number
    return value


def as_number(value: str | None) -> Decimal | None:
    """The number that a text says; None where it says none."""
    try:
        found = Decimal(value or "")
    except ArithmeticError:
        return None
    return found if found.is_finite() else None


def written_json(value: Json) -> str:
    """JSON whose decimals stand there to the last digit."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(name)}: {written_json(one)}" for name, one in value.items()) + "}"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(written_json, value)) + "]"
    return json.dumps(value)


def in_groups(keys: Sequence[Key], most: int) -> list[Sequence[Key]]:
    """The keys in groups of at most so many."""
    return [keys[place : place + most] for place in range(0, len(keys), most)]
