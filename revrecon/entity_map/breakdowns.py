"""Breakdowns: by what the bridges of a number are taken apart."""

from typing import Annotated, Literal

from revrecon.entity_map.parts import Name, Part
from revrecon.entity_map.written import text_for


class Breakdown(Part):
    """One dimension: a field of the records that a number counts, or of a record that they point to.

    `field`: `region`, `account.industry` through the reference `account`, or `self` for the records themselves. `tree`:
    whose tree the account is rolled up under, `canonical` or a copy's name. `by`: the part of a date.
    """

    field: str
    tree: Name | None = None
    by: Literal["month", "quarter", "year"] | None = None


Dimension = Annotated[Breakdown, text_for("field", "The field by whose values it is taken apart.")]
"""A breakdown as the map writes it: the field, or with its settings."""
