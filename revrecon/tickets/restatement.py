"""A restatement: a figure as first published, what it is now, and the way between."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from revrecon.numbers.restating import RestatedStep


class Restatement(BaseModel):
    """then + steps + residual = now. `now` is null, and `note` says why, where the figure is no longer reported."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    figure_id: str
    number: str
    definition: str
    period: str
    unit: str
    as_of: date
    published_at: datetime
    map_then: int
    map_now: int
    data_until: date  # the last day of the data that it is compared with
    then: Decimal
    now: Decimal | None
    steps: tuple[RestatedStep, ...] = ()
    residual: Decimal = Decimal()
    note: str = ""

    @property
    def name(self) -> str:
        """`pipeline.sales`, `revenue.canonical 2026Q3`."""
        return f"{self.number}.{self.definition} {self.period}".strip()

    @property
    def difference(self) -> Decimal | None:
        """Now less then."""
        return None if self.now is None else self.now - self.then

    def beyond(self, materiality: Decimal) -> bool:
        """Whether the figure is gone, or differs by more than a report bothers to show."""
        return self.difference is None or abs(self.difference) > materiality
