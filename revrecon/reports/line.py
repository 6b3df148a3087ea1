"""A line over days, small enough to stand beside a figure."""

from collections.abc import Sequence
from datetime import date

from revrecon.reports.waterfall import xml_safe

_WIDTH, _HEIGHT, _EDGE = 320, 72, 6
_INK, _QUIET = "#1d3557", "#94a3b8"


def line_picture(days: Sequence[tuple[date, float]], title: str) -> str:
    """A line from the lowest to the highest value, its ends marked; empty below two days. `title`: no markup."""
    if len(days) < 2:
        return ""
    low, high = min(value for _, value in days), max(value for _, value in days)
    first, last = days[0][0], days[-1][0]
    span = (last - first).days

    def at(day: date, value: float) -> tuple[float, float]:
        across = _EDGE + (_WIDTH - 2 * _EDGE) * (day - first).days / span
        up = _HEIGHT / 2 if high == low else _EDGE + (_HEIGHT - 2 * _EDGE) * (1 - (value - low) / (high - low))
        return across, up

    points = [at(*one) for one in days]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    (begin_x, begin_y), (end_x, end_y) = points[0], points[-1]
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{xml_safe(title)} from {first} to {last}">'
        f'<polyline points="{drawn}" fill="none" stroke="{_INK}" stroke-width="1.8"/>'
        f'<circle cx="{begin_x:.1f}" cy="{begin_y:.1f}" r="2.5" fill="{_QUIET}"/>'
        f'<circle cx="{end_x:.1f}" cy="{end_y:.1f}" r="3.2" fill="{_INK}"/></svg>'
    )
