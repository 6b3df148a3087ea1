"""From the systems' objects over copies to the numbers: an entity's lineage as a picture."""

from xml.sax.saxutils import quoteattr

from revrecon.entity_map.model import EntityMap
from revrecon.reports.daily import system_title
from revrecon.reports.directions import isolated_text
from revrecon.reports.titles import definition_title
from revrecon.reports.waterfall import xml_safe

_WIDTH, _ROW, _BOX, _TOP = 1000, 44, 30, 26
_LEFT, _MIDDLE, _RIGHT = (0, 310), (400, 220), (700, 300)
_INK, _QUIET, _LINE, _SOFT, _ACCENT = "#1e293b", "#64748b", "#94a3b8", "#f8fafc", "#1d3557"


def lineage_picture(entity_map: EntityMap, name: str) -> str:
    """Source objects on the left, canonical records in the middle, definitions that use them on the right.

    A definition made from a department's own copy is linked with that copy; the others with the canonical records.
    """
    entity = entity_map.entities[name]
    copies = list(entity.replication.items())
    used = [
        (number, label, one)
        for number, answers in entity_map.numbers.items()
        for label, one in answers.definitions.items()
        if one.entity == name
    ]
    rows = max(len(copies), len(used), 1)
    height = _TOP + rows * _ROW
    at = {copy: _y(place, len(copies), rows) for place, (copy, _) in enumerate(copies)}
    middle = _y(0, 1, rows)
    parts = [_head()]
    for copy_name, copy in copies:
        kept = "canonical" if copy_name in entity.canonical_system else copy.kept_fresh
        parts.append(_line(_LEFT, at[copy_name], _MIDDLE, middle))
        title = f"{system_title(entity_map, entity_map.system_of(copy_name, copy))}: {copy.object}"
        parts.append(_box(_LEFT, at[copy_name], title, kept))
    for place, (number, label, one) in enumerate(used):
        y = _y(place, len(used), rows)
        if one.copy_name in at:
            parts.append(_line(_LEFT, at[str(one.copy_name)], _RIGHT, y, dashed=True))
        else:
            parts.append(_line(_MIDDLE, middle, _RIGHT, y))
        title = f"{entity_map.numbers[number].title}: {definition_title(entity_map, number, label)}"
        parts.append(_box(_RIGHT, y, title, f"version {one.version}"))
    parts.append(_box(_MIDDLE, middle, entity.title, "canonical records", strong=True))
    said = quoteattr(isolated_text(f"From where {entity.title} comes, and which numbers are made from it"))
    opening = f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label={said} font-family="system-ui,sans-serif">'
    return opening + "".join(parts) + "</svg>"


def _head() -> str:
    titles = ((_LEFT, "Systems say"), (_MIDDLE, "One real thing"), (_RIGHT, "Numbers are made"))
    return "".join(f'<text x="{x}" y="14" font-size="12" fill="{_QUIET}">{text}</text>' for (x, _), text in titles)


def _y(place: int, of: int, rows: int) -> float:
    """The middle of a row, all of them centred."""
    return _TOP + (rows - of) * _ROW / 2 + place * _ROW + _ROW / 2


def _box(column: tuple[int, int], y: float, text: str, under: str, strong: bool = False) -> str:
    x, width = column
    fill, ink, quiet = (_ACCENT, "#fff", "#dbe7f5") if strong else (_SOFT, _INK, _QUIET)
    top, tall, title = f"{y - _BOX / 2:.1f}", _BOX + 6, xml_safe(_short(text, width // 8))
    return (
        f'<rect x="{x}" y="{top}" width="{width}" height="{tall}" rx="5" fill="{fill}" stroke="{_LINE}"/>'
        f'<text x="{x + 10}" y="{y:.1f}" font-size="13" font-weight="600" fill="{ink}">{title}</text>'
        f'<text x="{x + 10}" y="{y + 14:.1f}" font-size="11" fill="{quiet}">{xml_safe(_short(under, 44))}</text>'
    )


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _line(a: tuple[int, int], y1: float, b: tuple[int, int], y2: float, dashed: bool = False) -> str:
    x1, x2 = a[0] + a[1], b[0]
    bend = (x1 + x2) / 2
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return (
        f'<path d="M{x1} {y1 + 3:.1f} C{bend} {y1 + 3:.1f} {bend} {y2 + 3:.1f} {x2} {y2 + 3:.1f}" fill="none" '
        f'stroke="{_LINE}"{dash}/>'
    )
