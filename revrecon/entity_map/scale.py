"""Question 5, the scale of a number: what tells that it was written in another unit, such as dollars for thousands."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from revrecon.entity_map.parts import Name, Part

USUAL_FACTORS = (1000.0, 100.0, 12.0, 10.0)
"""Thousands for units, cents for dollars, a year for a month, a digit too many."""


class Scale(Part):
    """A field whose values must be of the right size beside the record's other values, other systems and its past.

    `against` names the other fields that its size is compared with (left out: every other number of the copy);
    `factors` are the mistakes that are looked for. `scale: true` means both as usual.
    """

    against: tuple[Name, ...] = ()
    factors: tuple[float, ...] = USUAL_FACTORS


def _scale_shorthand(value: Any) -> Any:
    return {True: {}, False: None}[value] if isinstance(value, bool) else value


GivenScale = Annotated[Scale | None, BeforeValidator(_scale_shorthand)]
"""A scale as the map writes it: `true`, `false`, or with its settings."""
