"""How the records of each copy were linked, as one picture: a bar per copy, all of equal length."""

import polars as pl

from revrecon.reports.formats import count
from revrecon.reports.palette import INK, QUIET
from revrecon.reports.waterfall import xml_safe

_WAYS = (
    ("steward's decision", "decision", "#6b4c9a"),
    ("cross-reference", "cross-reference", "#2f6db3"),
    ("equal key", "equal", "#2a8c7f"),
    ("linkage", "linkage", "#c58412"),
    ("in review", "in review", "#b23a63"),
    ("alone", "alone", "#94a3b8"),
    ("excluded", "excluded", "#475569"),
)
"""Word, how the pass's name begins, and the fill; deleted records are left out of the picture."""
_LEFT, _BAR_WIDTH, _WIDTH, _ROW = 150, 560, 780, 34


def links_picture(counted: pl.DataFrame) -> str:
    """The picture (SVG) of PASS_COUNT_SCHEMA: per copy the shares of records by what linked them."""
    copies = counted["copy"].unique(maintain_order=True).to_list()
    body = [piece for place, copy in enumerate(copies) for piece in _bar(counted, copy, 44 + place * _ROW)]
    height = 54 + len(copies) * _ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-label="{xml_safe(_told(counted, copies))}" font-family="system-ui,sans-serif" font-size="13" '
        f'fill="{INK}">\n<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n'
        + "\n".join([*_legend(counted), *body])
        + "\n</svg>\n"
    )


def _of(counted: pl.DataFrame, begins: str, copy: str | None = None) -> int:
    mine = counted.filter(pl.col("pass").str.starts_with(begins))
    mine = mine if copy is None else mine.filter(pl.col("copy") == copy)
    return int(mine["records"].sum())


def _legend(counted: pl.DataFrame) -> list[str]:
    pieces, x = [], 6
    for word, begins, fill in _WAYS:
        if _of(counted, begins):
            pieces.append(f'<rect x="{x}" y="8" width="12" height="12" rx="2" fill="{fill}"/>')
            pieces.append(f'<text x="{x + 17}" y="18.5">{word}</text>')
            x += 34 + round(7.2 * len(word))
    return pieces


def _bar(counted: pl.DataFrame, copy: str, top: int) -> list[str]:
    sizes = [(word, fill, _of(counted, begins, copy)) for word, begins, fill in _WAYS]
    total = sum(size for _, _, size in sizes)
    pieces = [f'<text x="6" y="{top + 15}">{xml_safe(copy)}</text>']
    x = float(_LEFT)
    for word, fill, size in sizes:
        width = _BAR_WIDTH * size / total if total else 0
        if size:
            told = f"<title>{xml_safe(copy)}, {word}: {count(size)} of {count(total)}</title>"
            pieces.append(
                f'<rect x="{x:.2f}" y="{top}" width="{width:.2f}" height="22" fill="{fill}" stroke="#fff">{told}</rect>'
            )
        if width > 9 * len(count(size)):
            pieces.append(
                f'<text x="{x + width / 2:.2f}" y="{top + 15.5}" text-anchor="middle" fill="#fff">{count(size)}</text>'
            )
        x += width
    pieces.append(f'<text x="{_LEFT + _BAR_WIDTH + 8}" y="{top + 15}" fill="{QUIET}">{count(total)}</text>')
    return pieces


def _told(counted: pl.DataFrame, copies: list[str]) -> str:
    said = []
    for copy in copies:
        parts = [
            f"{count(_of(counted, begins, copy))} {word}" for word, begins, _ in _WAYS if _of(counted, begins, copy)
        ]
        said.append(f"{copy}: {', '.join(parts)}")
    return "; ".join(said)
