"""The pack as a workbook: a sheet per part, to sort, filter and write in. Text is always written as text."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from revrecon.reports.formats import long_day
from revrecon.reports.standup.pack import StandupPack
from revrecon.reports.standup.views import followed, owed_views, proposal_lines
from revrecon.reports.workbooks import new_workbook

_LONGEST = 32_000
_MOST_ROWS = 1_048_000
_WIDEST = 60

Row = Sequence[object]


def write_standup_workbook(pack: StandupPack, path: Path) -> Path:
    """Write Agenda, Decisions, Tickets, Exceptions, To decide and Figures; every table can be filtered."""
    with new_workbook(path) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F7", "text_wrap": True, "valign": "top"})
        figures = book.add_format({"num_format": "#,##0.00##;-#,##0.00##"})
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, heads, rows in _sheets(pack):
            _write(book.add_worksheet(name), heads, rows, (bold, figures, days))
    return path


def _sheets(pack: StandupPack) -> list[tuple[str, Row, list[Row]]]:
    title = f"{pack.map.company.name}, {long_day(pack.meets_on)}"
    return [
        ("Agenda", ("Minutes", "What", title), [(item.minutes, item.title, item.about) for item in pack.agenda]),
        (
            "Last decisions",
            ("Decision", "Kind", "By", "On", "What", "State", "Before", "Now", "Measure", "Note"), _followed(pack),
        ),
        (
            "Tickets",
            ("Representative", "Ticket", "New", "What", "Measured", "Owner", "Age", "State", "What to do"),
            _tickets(pack),
        ),
        ("Exceptions", tuple(pack.exceptions.columns), list(pack.exceptions.head(_MOST_ROWS).iter_rows())),
        (
            "To decide", ("Kind", "What", "Why", "Owner", "Effect", "Unit", "Of", "Command", "Decided"),
            [
                (line.kind, line.what, line.why, line.owner, one.gain.amount, one.gain.unit, line.of, line.command, "")
                for line, one in zip(proposal_lines(pack), pack.proposals, strict=True)
            ],
        ),
        (
            "Figures", ("Number", "Period", "Definition", "Unit", "Now", "Last week", "Gap", "Gap last week"),
            [(f.number, f.period, f.definition, f.unit, f.now, f.then, f.gap, f.gap_then) for f in pack.figures],
        ),
    ]  # fmt: skip


def _followed(pack: StandupPack) -> list[Row]:
    names = ("decision", "kind", "by", "on", "what", "state", "before", "now", "measure", "note")
    return [tuple(one[name] for name in names) for one in followed(pack)]


def _tickets(pack: StandupPack) -> list[Row]:
    return [
        (one.name, t.id, "new" if t.is_new else "", t.title, t.measure, t.owner, t.age, t.state, t.what_to_do)
        for one in owed_views(pack)
        for t in one.tickets
    ]


def _write(sheet: Worksheet, heads: Row, rows: list[Row], formats: tuple[Format, Format, Format]) -> None:
    bold, figures, days = formats
    for at, head in enumerate(heads):
        sheet.write_string(0, at, str(head), bold)
        longest = max([len(str(head)), *(len(str(one[at] or "")) for one in rows[:200])])
        sheet.set_column(at, at, min(longest + 2, _WIDEST))
    for line, one in enumerate(rows, 1):
        for at, value in enumerate(one):
            _cell(sheet, line, at, value, figures, days)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)


def _cell(sheet: Worksheet, line: int, at: int, value: object, figures: Format, days: Format) -> None:
    if isinstance(value, bool | int | float):
        sheet.write_number(line, at, value)
    elif isinstance(value, Decimal):
        sheet.write_number(line, at, float(value), figures)
    elif isinstance(value, date):
        sheet.write_datetime(line, at, value, days)
    elif value is not None:
        sheet.write_string(line, at, str(value)[:_LONGEST])
