"""What departments typed in as their figures, and when such a figure ties to the one recomputed from their records."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from revrecon.entity_map.parts import Part, Share
from revrecon.entity_map.written import AlsoWritten


class TypedFigure(Part):
    """A figure as a department reported it: of which day, how much, and who said so.

    `as_of` is the day on which it was asked for; the definition's own as-of rule applies to it. A figure of a closed
    period may leave it out. `entered` is the day on which it was typed in: a later one replaces an earlier one.
    """

    as_of: date | None = None
    period: str = ""
    value: Annotated[Decimal, Field(max_digits=19, decimal_places=4)]
    reported_by: str = ""
    note: str = ""
    entered: date | None = None


class Reported(Part):
    """Where a department's reported figures are: a small table below the exports, rows written here, or both."""

    file: str | None = None
    rows: tuple[TypedFigure, ...] = ()


def _file_or_rows(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else {"rows": value} if isinstance(value, list) else value


_IN_SHORT = {
    "anyOf": [
        {"type": "string", "description": "The file."},
        {"type": "array", "items": {"type": "object"}, "description": "The figures."},
    ]
}
GivenFigures = Annotated[Reported, AlsoWritten(_file_or_rows, _IN_SHORT)]
"""Reported figures as the map writes them: the file's name, a list of rows, or both by their names."""


class Margin(Part):
    """A difference that is allowed: in the number's unit, or as a share of the recomputed figure; the wider counts."""

    absolute: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    relative: Share = 0.0

    def of(self, figure: Decimal) -> Decimal:
        """The allowed difference for a figure, in its unit."""
        return max(self.absolute, abs(figure) * Decimal(str(self.relative)))


class TieOut(Part):
    """How far a reported figure may be from the recomputed one: beyond `tolerance` it warns, beyond `breach` it is one.

    Without `tolerance` half of the last decimal that the number shows is allowed; without `breach` every miss is one.
    """

    tolerance: Margin | None = None
    breach: Margin | None = None
