"""Question 5, the scale of a number: what tells that it was written in another unit, such as dollars for thousands."""

from typing import Annotated, Any

from revrecon.entity_map.parts import Name, Part
from revrecon.entity_map.written import AlsoWritten

USUAL_FACTORS = (1000.0, 100.0, 12.0, 10.0)
"""Thousands for units, cents for dollars, a year for a month, a digit too many."""


class Scale(Part):
    """A field whose values must be of the right size beside the record's other values, other systems and its past.

    `against` names the other fields that its size is compared with (left out: every other number of the copy);
    `factors` are the mistakes that are looked for. `scale: true` means both as usual.
    """

    against: tuple[Name, ...] = ()
    factors: tuple[float, ...] = USUAL_FACTORS


def _as_usual(value: Any) -> Any:
    return {True: {}, False: None}[value] if isinstance(value, bool) else value


_IN_SHORT = {"type": "boolean", "description": "Whether values of the wrong size are looked for."}
GivenScale = Annotated[Scale | None, AlsoWritten(_as_usual, _IN_SHORT)]
"""A scale as the map writes it: `true`, `false`, or with its settings."""
