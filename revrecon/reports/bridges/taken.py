"""One bridge with everything that is taken away with it: its steps, its records, and each record's dimensions."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from revrecon.numbers.breakdowns import NOT_KNOWN
from revrecon.reports.bridge_views import BridgeView

BY = "by "
"""What a dimension's column of `TakenBridge.items` begins with: `by region`."""


@dataclass(frozen=True)
class TakenBridge:
    """A bridge to take away. `items` are its records (ITEM_SCHEMA), a column `by DIMENSION` for each dimension."""

    view: BridgeView
    caption: str
    steps: pl.DataFrame  # STEP_SCHEMA
    items: pl.DataFrame

    @property
    def dimensions(self) -> list[str]:
        """The names of the dimensions by which it can be taken apart."""
        return [column.removeprefix(BY) for column in self.items.columns if column.startswith(BY)]

    def only(self, what: str) -> "TakenBridge":
        """The same bridge with the records of one category or cause alone; its ends and steps stay."""
        kept = pl.col("category") == what if "." not in what else pl.col("cause") == what
        return TakenBridge(self.view, self.caption, self.steps, self.items.filter(kept))


def with_dimensions(items: pl.DataFrame, values: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Items with each record's value in every dimension (VALUE_SCHEMA per name); `not known` where there is none."""
    for name, known in values.items():
        column = f"{BY}{name}"
        items = items.join(known.rename({"value": column}), on="unit_id", how="left", maintain_order="left")
        items = items.with_columns(pl.col(column).fill_null(NOT_KNOWN))
    return items
