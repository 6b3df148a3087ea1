"""The first sheet: every bridge on a line, each figure a formula over the bridge's own sheet."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from revrecon.findings import CATEGORIES
from revrecon.reports.bridges.taken import TakenBridge
from revrecon.reports.bridges.workbook.bridge_sheet import Rows
from revrecon.reports.bridges.workbook.look import Look, told_title
from revrecon.reports.heads import UNREPRODUCED

Placed = tuple[TakenBridge, str, Rows]
"""A bridge, the name of its sheet, and the rows that matter there."""


def write_summary(look: Look, sheet: Worksheet, placed: Sequence[Placed], as_of: date) -> None:
    """A line per bridge, and a check that must be 0."""
    categories = _categories([bridge for bridge, _, _ in placed])
    heads = ["Bridge", "Reports", *(c.capitalize() for c in categories), "Residual", "Ends at", "", "Check"]
    sheet.write_string(0, 0, f"Bridges on {as_of}", look.title)
    sheet.write_string(1, 0, "Every figure is a formula over the sheet Records. A check must be 0.", look.quiet)
    sheet.write_row(3, 0, heads, look.head)
    for line, one in enumerate(placed, 4):
        _line(look, sheet, line, one, categories)
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, len(categories) + 5, 17)
    sheet.freeze_panes(4, 1)


def _categories(bridges: Sequence[TakenBridge]) -> tuple[str, ...]:
    """What cannot be reproduced has a column where a figure was typed in."""
    return (UNREPRODUCED, *CATEGORIES) if any(one.view.unreproduced for one in bridges) else CATEGORIES


def _line(look: Look, sheet: Worksheet, line: int, placed: Placed, categories: Sequence[str]) -> None:
    bridge, name, rows = placed
    view, figures, own, after = bridge.view, look.figures(bridge), f"'{name}'!", 2 + len(categories)
    sheet.write_url(line, 0, f"internal:{own}A1", string=told_title(bridge)[:255])
    sheet.write_formula(line, 1, f"={own}D5", figures, float(view.reported))
    for place, category in enumerate(categories, 2):
        steps = f"{own}$D$6:$D${rows.last_step},{own}$A$6:$A${rows.last_step}"
        sheet.write_formula(
            line, place, f'=SUMIFS({steps},"{category.capitalize()}")', figures, float(_moved(bridge, category))
        )
    sheet.write_formula(line, after, f"={own}D{rows.residual}", figures, float(view.residual))
    sheet.write_formula(line, after + 1, f"={own}D{rows.closing}", figures, float(view.closing))
    sheet.write_string(line, after + 2, view.closing_title)
    every = f"C{line + 1}:{xl_col_to_name(after + 1)}{line + 1}"
    sheet.write_formula(line, after + 3, f"=ROUND(B{line + 1}-SUM({every}),{view.decimals})", look.bold, 0)


def _moved(bridge: TakenBridge, category: str) -> Decimal:
    if category == UNREPRODUCED:
        return bridge.view.unreproduced
    return dict(bridge.view.by_category).get(category, Decimal(0))
