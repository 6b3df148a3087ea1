"""The head of a bridge: what a department typed in, and the steps from there to the figure recomputed from its records.

reported_figure = unreproduced + moved since + recomputed. Without a typed-in figure a bridge begins at the recomputed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

UNREPRODUCED = "unreproduced"
"""The category of the step before all others: no reason for a difference, but a figure that nobody can recompute."""


@dataclass(frozen=True)
class HeadStep:
    """A step before the walk: its category, its words, and what it adds to the reported figure."""

    category: str
    title: str
    explanation: str
    amount: Decimal


def reported_figure(bridge: Mapping[str, object]) -> Decimal:
    """The figure that heads a bridge (BRIDGE_SCHEMA): typed in where it was, else recomputed."""
    typed = bridge.get("reported_figure")
    return Decimal(str(typed if typed is not None else bridge["reported"]))


def head_steps(bridge: Mapping[str, object]) -> tuple[HeadStep, ...]:
    """The steps from a typed-in figure to the recomputed one of today; none where they are equal."""
    found = (
        HeadStep(
            UNREPRODUCED, "Cannot be reproduced",
            "What the department reported beyond what its own records give by its own definition.",
            amount_of(bridge, "unreproduced_step"),
        ),
        HeadStep(
            "timing", f"Moved since {bridge.get('reported_on')}",
            "The figure was reported for that day; the department's own records have moved on.",
            amount_of(bridge, "moved_since"),
        ),
    )  # fmt: skip
    return tuple(step for step in found if step.amount)


def amount_of(bridge: Mapping[str, object], column: str) -> Decimal:
    """An amount of a bridge; zero where it has none."""
    value = bridge.get(column)
    return Decimal(0) if value is None else Decimal(str(value))
