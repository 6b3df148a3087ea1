"""Open exceptions over the last weeks, as a small picture."""

from collections.abc import Sequence
from datetime import date

_WIDTH, _HEIGHT, _LEFT, _FOOT, _TOP = 640, 150, 48, 24, 16
_INK, _QUIET, _LINE, _FILL = "#1d3557", "#64748b", "#e2e8f0", "#dbe7f5"


def open_picture(days: Sequence[tuple[date, int]]) -> str:
    """An area over days that were run, from zero, its ends and the last value named; empty for one day."""
    if len(days) < 2:
        return ""
    top = max(max(value for _, value in days), 1)
    points = [(_across(days, day), _up(value, top)) for day, value in days]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    ground = _HEIGHT - _FOOT
    area = f"{points[0][0]:.1f},{ground} {line} {points[-1][0]:.1f},{ground}"
    (first, _), (last, now) = days[0], days[-1]
    said = f"Open exceptions from {first} to {last}: from {days[0][1]:,} to {now:,}"
    return "\n".join(
        [
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{said}" '
            'font-family="system-ui,sans-serif" font-size="12">',
            *(_rule(value, top) for value in sorted({0, top})),
            f'<polygon points="{area}" fill="{_FILL}"/>',
            f'<polyline points="{line}" fill="none" stroke="{_INK}" stroke-width="2"/>',
            f'<circle cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="3.5" fill="{_INK}"/>',
            f'<text x="{_LEFT}" y="{_HEIGHT - 6}" fill="{_QUIET}">{first}</text>',
            f'<text x="{_WIDTH - 4}" y="{_HEIGHT - 6}" fill="{_QUIET}" text-anchor="end">{last}</text>',
            f'<text x="{points[-1][0] - 8:.1f}" y="{max(points[-1][1] - 8, 12):.1f}" fill="{_INK}" font-weight="650" '
            f'text-anchor="end">{now:,}</text>',
            "</svg>",
        ]
    )


def _across(days: Sequence[tuple[date, int]], day: date) -> float:
    first, last = days[0][0], days[-1][0]
    return _LEFT + (_WIDTH - _LEFT - 8) * (day - first).days / (last - first).days


def _up(value: int, top: int) -> float:
    return _TOP + (_HEIGHT - _FOOT - _TOP) * (1 - value / top)


def _rule(value: int, top: int) -> str:
    y = _up(value, top)
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_LINE}"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" fill="{_QUIET}" text-anchor="end">{value:,}</text>'
    )
