"""The waterfall: a figure on top, what it is made of, and the figure that it ends at, as one self-contained SVG."""

import base64
import hashlib
import re
import textwrap
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from itertools import pairwise

from rich.cells import cell_len

from revrecon.findings import CATEGORIES
from revrecon.reports.directions import isolated_text
from revrecon.reports.formats import compact, money
from revrecon.reports.heads import UNREPRODUCED
from revrecon.reports.palette import CATEGORY_COLOURS, INK, LINE, QUIET, TOTAL_COLOUR
from revrecon.reports.textures import ADDS, TAKES, texture_id, textures
from revrecon.reports.waterfall_geometry import Bar, Scale, Step, bars_of, scale_of

_WIDTH = 960
_PLOT = (318.0, 850.0)
_BAR, _LINE_HEIGHT, _GAP = 22, 16, 12
_LEGEND, _FOOT = 40, 14
_LETTERS, _MOST_LINES = 40, 3
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
_DRAWN = (UNREPRODUCED, *CATEGORIES, "residual")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def waterfall_svg(
    opening_label: str,
    opening: Decimal,
    steps: Sequence[Step],
    closing_label: str,
    closing: Decimal,
    unit: str,
) -> str:
    """A waterfall from an opening figure down to a closing one, where opening = sum of steps + closing.

    Steps are (label, amount, category); a dark bar adds to the figure on top, a light one takes away from it, and every
    category has its own texture. What the steps leave unexplained is drawn as a grey residual. `unit` is a currency,
    `k` and a currency, or `count`.
    """
    bars = bars_of((opening_label, opening), steps, (closing_label, closing))
    scale = scale_of(bars, *_PLOT)
    labels = [_wrapped(bar.label) for bar in bars]
    tops = _tops(labels)
    notes = _notes(bars, scale, unit)
    height = tops[-1] + _FOOT + _LINE_HEIGHT * len(notes)
    told = _described(bars, unit)
    mark = "w" + hashlib.blake2b(told.encode(), digest_size=4).hexdigest()
    body = [
        *_legend(bars, unit, mark),
        *_baseline(scale, tops),
        *_connectors(bars, labels, tops, scale),
        *(
            piece
            for bar, lines, top in zip(bars, labels, tops, strict=False)
            for piece in _row(bar, lines, top, scale, unit, mark)
        ),
        *_note_lines(notes, tops[-1]),
    ]
    return _document(bars, told, mark, height, body)


def waterfall_markdown_image(svg: str, alternative: str = "waterfall") -> str:
    """The picture inside a line of Markdown, as a data URI, so that it needs no file beside it."""
    encoded = base64.b64encode(svg.encode()).decode()
    return f"![{re.sub(r'[^A-Za-z0-9 ]', '', alternative)}](data:image/svg+xml;base64,{encoded})"


def _described(bars: Sequence[Bar], unit: str) -> str:
    """Every bar with its exact figure, for those who cannot see the picture."""
    return "; ".join(f"{bar.label}: {money(bar.amount, unit, signed=bar.category is not None)}" for bar in bars)


def _document(bars: Sequence[Bar], described: str, mark: str, height: int, body: Sequence[str]) -> str:
    told = f"{bars[0].label} to {bars[-1].label}"
    here = [category for category in _DRAWN if any(bar.category == category for bar in bars)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="{mark}t {mark}d" font-family="{_FONT}" font-size="13" fill="{INK}">\n'
        f'<title id="{mark}t">{xml_safe(told)}</title>\n<desc id="{mark}d">{xml_safe(described)}</desc>\n'
        f"{textures(mark, here)}"
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def xml_safe(text: str) -> str:
    """Text that is only text inside a picture: escaped, isolated, and what XML does not know replaced."""
    return escape(isolated_text(_NOT_IN_XML.sub("\ufffd", text)))


def _wrapped(label: str) -> list[str]:
    """A label in at most three lines; wide scripts get fewer letters on a line."""
    text = " ".join(label.split())
    letters = max(8, _LETTERS * len(text) // max(cell_len(text), 1))
    return textwrap.wrap(text, min(letters, _LETTERS), max_lines=_MOST_LINES, placeholder=" …") or ["(no label)"]


def _row_height(lines: Sequence[str]) -> int:
    return max(_BAR, len(lines) * _LINE_HEIGHT + 2)


def _tops(labels: Sequence[Sequence[str]]) -> list[int]:
    """The upper edge of every row, and the lower edge of the last."""
    tops = [_LEGEND + 8]
    for place, lines in enumerate(labels):
        last = place == len(labels) - 1
        tops.append(tops[-1] + _row_height(lines) + (0 if last else _GAP))
    return tops


def _bar_top(lines: Sequence[str], top: int) -> float:
    return top + (_row_height(lines) - _BAR) / 2


def _legend(bars: Sequence[Bar], unit: str, mark: str) -> list[str]:
    """Each category that is there, with what it amounts to."""
    pieces, x = [], 16.0
    for category in _DRAWN:
        mine = [bar.amount for bar in bars if bar.category == category]
        if not mine:
            continue
        amount = compact(sum(mine, Decimal(0)), unit, signed=True)
        fill, colour = texture_id(mark, category, ADDS), CATEGORY_COLOURS[category]
        pieces.append(f'<rect x="{x:g}" y="12" width="16" height="14" rx="2" fill="url(#{fill})" stroke="{colour}"/>')
        told = f'{category.capitalize()} <tspan font-weight="600">{xml_safe(amount)}</tspan>'
        pieces.append(f'<text x="{x + 22:g}" y="23.5">{told}</text>')
        x += 56 + 7.4 * (len(category) + len(amount))
    return pieces


def _baseline(scale: Scale, tops: Sequence[int]) -> list[str]:
    if scale.cut:
        return []
    x = scale.x(Decimal(0))
    line = f'<line x1="{x:.2f}" y1="{tops[0] - 6}" x2="{x:.2f}" y2="{tops[-1] + 6}" stroke="{LINE}"/>'
    return [line]


def _connectors(bars: Sequence[Bar], labels: Sequence[Sequence[str]], tops: Sequence[int], scale: Scale) -> list[str]:
    """A thin line from the level that one bar reaches to the next bar, which begins there."""
    found = []
    edges = [_bar_top(lines, top) for lines, top in zip(labels, tops, strict=False)]
    for place, (bar, _) in enumerate(pairwise(bars)):
        x = scale.x(bar.end)
        found.append(
            f'<line x1="{x:.2f}" y1="{edges[place] + _BAR:g}" x2="{x:.2f}" y2="{edges[place + 1]:g}" '
            f'stroke="{QUIET}" stroke-dasharray="2 2"/>'
        )
    return found


def _row(bar: Bar, lines: Sequence[str], top: int, scale: Scale, unit: str, mark: str) -> list[str]:
    total = bar.category is None
    middle = top + _row_height(lines) / 2
    first = middle - (len(lines) - 1) * _LINE_HEIGHT / 2 + 4.5
    weight = ' font-weight="600"' if total else ""
    spans = "".join(
        f'<tspan x="16" y="{first + place * _LINE_HEIGHT:g}">{xml_safe(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    amount = compact(bar.amount, unit, signed=not total)
    right = scale.x(bar.high)
    return [
        f"<text{weight}>{spans}</text>",
        _rect(bar, _bar_top(lines, top), scale, mark),
        *(_cut_mark(bar, _bar_top(lines, top), scale) if total and scale.cut else ()),
        f'<text class="amount" x="{right + 8:.2f}" y="{middle + 4.5:g}" font-weight="600">{xml_safe(amount)}</text>',
    ]


def _rect(bar: Bar, y: float, scale: Scale, mark: str) -> str:
    """The bar itself; one that is too small to be seen is drawn a pixel and a half wide."""
    left, right = scale.x(bar.low), scale.x(bar.high)
    place = f'x="{left:.2f}" y="{y:g}" width="{max(right - left, 1.5):.2f}" height="{_BAR}"'
    if bar.category is None:
        return f'<rect class="bar total" {place} fill="{TOTAL_COLOUR}"/>'
    colour = CATEGORY_COLOURS[bar.category]
    fill = texture_id(mark, bar.category, ADDS if bar.amount >= 0 else TAKES)
    return f'<rect class="bar {bar.category}" {place} fill="url(#{fill})" stroke="{colour}"/>'


def _cut_mark(bar: Bar, y: float, scale: Scale) -> tuple[str]:
    """Two slanted white strokes where a bar has been cut short."""
    x = scale.left + 16 if bar.amount > 0 else scale.right - 24
    strokes = "".join(f"M{x + gap:g} {y + _BAR + 2:g}l8 -{_BAR + 4}" for gap in (0, 7))
    return (f'<path d="{strokes}" stroke="#ffffff" stroke-width="3" fill="none"/>',)


def _notes(bars: Sequence[Bar], scale: Scale, unit: str) -> list[str]:
    notes = []
    if any(bar.category and bar.amount < 0 for bar in bars):
        notes.append("A dark bar adds to the figure on top, a light one takes away from it.")
    if scale.cut:
        ends = compact(scale.low if scale.low > 0 else scale.high, unit)
        notes.append(f"The two dark bars are cut short: the axis begins at {ends}, so that the steps can be seen.")
    return notes


def _note_lines(notes: Sequence[str], bottom: int) -> list[str]:
    return [
        f'<text x="16" y="{bottom + 20 + place * _LINE_HEIGHT}" font-size="11.5" fill="{QUIET}">{xml_safe(note)}</text>'
        for place, note in enumerate(notes)
    ]
