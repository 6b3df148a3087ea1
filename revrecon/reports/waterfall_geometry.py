"""Where the bars of a waterfall lie: levels in the figure's unit, and the scale that puts them on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Step = tuple[str, Decimal, str]
"""Label, amount and category of one step."""

_CUT_BELOW = Decimal("0.3")
_ROOM_BELOW = Decimal("0.35")


@dataclass(frozen=True)
class Bar:
    """One bar from level `start` to level `end`, read from top to bottom; totals have no category."""

    label: str
    amount: Decimal
    start: Decimal
    end: Decimal
    category: str | None = None

    @property
    def low(self) -> Decimal:
        return min(self.start, self.end)

    @property
    def high(self) -> Decimal:
        return max(self.start, self.end)


@dataclass(frozen=True)
class Scale:
    """Levels `low` to `high` over `left` to `right` in pixels; `cut` when the axis does not begin at zero."""

    low: Decimal
    high: Decimal
    left: float
    right: float
    cut: bool

    def x(self, level: Decimal) -> float:
        """The pixel of a level; what lies beyond the axis is held at its end."""
        if self.high == self.low:
            return self.left
        inside = min(max(level, self.low), self.high)
        return self.left + float((inside - self.low) / (self.high - self.low)) * (self.right - self.left)


def bars_of(opening: tuple[str, Decimal], steps: Sequence[Step], closing: tuple[str, Decimal]) -> list[Bar]:
    """The opening total, every step below it, what no step explains, and the closing total.

    opening = sum of steps + closing: a positive step lies below the level reached so far, a negative one above it.
    """
    left = opening[1] - closing[1] - sum((amount for _, amount, _ in steps), Decimal(0))
    unexplained: list[Step] = [("Residual, not explained", left, "residual")] if left else []
    bars = [Bar(opening[0], opening[1], Decimal(0), opening[1])]
    level = opening[1]
    for label, amount, category in [*steps, *unexplained]:
        bars.append(Bar(label, amount, level, level - amount, category))
        level -= amount
    bars.append(Bar(closing[0], closing[1], Decimal(0), closing[1]))
    return bars


def scale_of(bars: Sequence[Bar], left: float, right: float) -> Scale:
    """A scale from zero, or a cut one where steps would vanish beside totals that are far larger than they."""
    levels = [bar.end for bar in bars]
    low, high = min(levels), max(levels)
    largest = max(abs(low), abs(high))
    span = high - low
    if low * high > 0 and 0 < span < largest * _CUT_BELOW:
        return _cut_scale(low, high, left, right)
    return Scale(min(low, Decimal(0)), max(high, Decimal(0)), left, right, False)


def _cut_scale(low: Decimal, high: Decimal, left: float, right: float) -> Scale:
    """An axis that begins at a round level near the steps."""
    span = high - low
    round_to = Decimal(10) ** span.adjusted()
    if low > 0:
        return Scale((low - span * _ROOM_BELOW) // round_to * round_to, high, left, right, True)
    return Scale(low, -((-high - span * _ROOM_BELOW) // round_to * round_to), left, right, True)
