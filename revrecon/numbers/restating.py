"""Restating: the way from a figure as it was published to what it is now, one cause after the other, to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import polars as pl

from revrecon.numbers.frames import VALUE

RESTATED: dict[str, str] = {
    "timing.late": "Data that arrived after the figure was published.",
    "quality.corrected": "Data that was known and has been corrected in its system since.",
    "quality.identity": "Which records are one real thing was decided otherwise.",
    "quality.mapping": "The map reads, matches or settles values otherwise.",
    "hierarchy.tree": "The map has another tree, or corrects it otherwise.",
    "definition.changed": "The map gives the number another definition.",
}
"""Why a published figure changes, and what each cause says in a sentence."""

RESTATED_ITEM_SCHEMA: dict[str, pl.DataType] = {
    "category": pl.String(),
    "cause": pl.String(),  # one of RESTATED
    "detail": pl.String(),
    "unit_id": pl.String(),
    "label": pl.String(),
    "records": pl.String(),  # the records behind it now, or those behind it then where there are none now
    "amount": VALUE,  # now less then
}
"""One row per unit and cause."""


@dataclass(frozen=True)
class Stop:
    """The figure after one more cause has been let in: its value and its contributions (CONTRIBUTED_SCHEMA)."""

    cause: str
    detail: str
    value: Decimal
    contributions: pl.DataFrame


@dataclass(frozen=True)
class RestatedStep:
    """What one cause adds to the published figure."""

    cause: str
    detail: str
    amount: Decimal
    records: int

    @property
    def category(self) -> str:
        return self.cause.partition(".")[0]


@dataclass(frozen=True)
class RestatedBridge:
    """then + steps + residual = now; the residual is what the published figure no longer recomputes by."""

    then: Decimal
    now: Decimal
    steps: tuple[RestatedStep, ...]
    items: pl.DataFrame

    @property
    def residual(self) -> Decimal:
        return self.now - self.then - sum((step.amount for step in self.steps), Decimal())


def restated(published: Decimal, stops: Sequence[Stop]) -> RestatedBridge:
    """The bridge from a published value over the stops: the first one recomputes it, each other lets in its cause.

    Stops that change nothing leave no step. The items of a step add up to it.
    """
    steps, items = [], [pl.DataFrame(schema=RESTATED_ITEM_SCHEMA)]
    for before, after in pairwise(stops):
        moved = moved_units(before.contributions, after.contributions)
        if after.value != before.value or not moved.is_empty():
            steps.append(RestatedStep(after.cause, after.detail, after.value - before.value, moved.height))
            items.append(_items(after, moved))
    return RestatedBridge(published, stops[-1].value, tuple(steps), pl.concat(items))


def moved_units(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Units that contribute otherwise: `unit_id`, `label`, `records`, `old`, `new`, `amount` (new less old), the
    largest first."""
    nothing = pl.lit(0).cast(VALUE)
    both = before.rename({"value": "old"}).join(
        after.rename({"value": "new"}), on="unit_id", how="full", coalesce=True, suffix="_now"
    )
    told = both.select(
        "unit_id",
        *(pl.coalesce(f"{name}_now", name).alias(name) for name in ("label", "records")),
        *(pl.col(name).fill_null(nothing) for name in ("old", "new")),
    )
    moved = told.with_columns((pl.col("new") - pl.col("old")).cast(VALUE).alias("amount")).filter(pl.col("amount") != 0)
    return moved.sort(pl.col("amount").abs(), "unit_id", descending=[True, False])


def units_of_both(before: pl.DataFrame, after: pl.DataFrame, later: pl.Series) -> pl.DataFrame:
    """Contributions as before, except for the units named in `later`, which are as after."""
    is_later = pl.col("unit_id").is_in(later.implode())
    return pl.concat([before.filter(~is_later), after.filter(is_later)]).sort("unit_id")


def _items(stop: Stop, moved: pl.DataFrame) -> pl.DataFrame:
    told = moved.with_columns(
        pl.lit(stop.cause.partition(".")[0]).alias("category"), pl.lit(stop.cause).alias("cause"),
        pl.lit(stop.detail).alias("detail"),
    )  # fmt: skip
    return told.select(pl.col(column).cast(dtype) for column, dtype in RESTATED_ITEM_SCHEMA.items())
