"""In which currency an amount is written, and on which day it is converted: the small parts that copies and numbers
share."""

from typing import Annotated, Literal

from pydantic import Field

from revrecon.entity_map.parts import Name, Part
from revrecon.entity_map.written import text_for, word_for

Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""A currency by its three letters (ISO 4217)."""


class Currency(Part):
    """The currency of amounts: the same `code` for all, or what the record's `column` says, in our codes.

    `translate` turns the system's own names of currencies into codes.
    """

    code: Code | None = None
    column: str | None = None
    translate: dict[str, Code] = {}


CopyCurrency = Annotated[Currency | None, text_for("code", "The currency's three letters.")]
"""The currency of a copy's amounts as the map writes it: `EUR`, or with its settings."""

FieldCurrency = Annotated[Currency | None, text_for("column", "The column that names the currency.")]
"""The currency of one field as the map writes it: the column that names it, or with its settings."""


class ConversionDay(Part):
    """Whose day's rates are used: the as-of day, the last month end up to it, or the day in a `field` of the record.

    A record whose day is empty, or after the as-of day, is converted at the as-of day.
    """

    rule: Literal["as_of", "month_end"] = "as_of"
    field: Name | None = None


class Converted(Part):
    """How a definition's amounts become the company's currency: `at` which day's rates."""

    at: Annotated[ConversionDay, word_for("rule", ("as_of", "month_end"), "Whose day's rates are used.")] = (
        ConversionDay()
    )
