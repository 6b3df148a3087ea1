"""One change: one column of one record, the value that was seen there, the one that it shall have, and why."""

import hashlib
from typing import Literal

from revrecon.entity_map.parts import Part
from revrecon.sources.live.writing import as_number

Kind = Literal["text", "number", "boolean"]
"""How two values of a column are compared."""


class Change(Part):
    """A value to set. It names what asked for it, so that whoever finds it in the system can be told why."""

    id: str  # follows from where it is and from both values: the same change has the same id
    system: str
    object: str
    record_id: str
    key: tuple[str, ...]
    column: str
    seen: str | None  # in the extract that the plan rests on; of an undoing, what the write left behind
    to: str | None
    kind: Kind
    why: str
    entity: str
    field: str | None = None
    canonical_id: str | None = None
    cause: str | None = None
    signature: str | None = None  # of the finding
    ticket: str | None = None
    decisions: tuple[str, ...] = ()
    personal: bool = False
    erased: bool = False  # a person was erased from it: its values are pseudonyms, and never written anywhere
    batch: int = 0

    @property
    def place(self) -> tuple[str, tuple[str, ...], str]:
        """Object, key and column."""
        return self.object, self.key, self.column


def change_id(system: str, object_name: str, record_id: str, column: str, seen: str | None, to: str | None) -> str:
    """Eight letters that follow from what is changed."""
    told = "\x1f".join((system, object_name, record_id, column, repr(seen), repr(to)))
    return hashlib.blake2b(told.encode(), digest_size=4).hexdigest()


def is_same(kind: Kind, one: str | None, other: str | None) -> bool:
    """Whether two values of a column are the same; numbers by what they say, text to the letter."""
    if (one or None) == (other or None):
        return True
    if one is None or other is None:
        return False
    if kind == "number":
        return as_number(one) is not None and as_number(one) == as_number(other)
    return kind == "boolean" and one.casefold() == other.casefold()
