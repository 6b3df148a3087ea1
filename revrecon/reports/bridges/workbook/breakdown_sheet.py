"""One dimension's sheet: for every bridge its values, each category a sum over the records."""

from collections.abc import Sequence

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from revrecon.findings import CATEGORIES
from revrecon.reports.bridges.apart import ValueView, values_by
from revrecon.reports.bridges.taken import TakenBridge
from revrecon.reports.bridges.workbook.look import AMOUNT, MOST_LETTERS, Look


def write_breakdown(look: Look, sheet: Worksheet, bridges: Sequence[TakenBridge], dimension: str, column: int) -> None:
    """The values of a dimension, which stands in a column (from 0) of the sheet Records."""
    heads = ["Bridge", dimension, "All", *(category.capitalize() for category in CATEGORIES)]
    sheet.write_row(0, 0, heads, look.head)
    line = 1
    for key, bridge in enumerate(bridges, 1):
        for value in values_by(bridge, dimension):
            _line(look, sheet, line, (key, bridge), value, xl_col_to_name(column))
            line += 1
    sheet.set_column(0, 1, 36)
    sheet.set_column(2, 6, 17)
    sheet.freeze_panes(1, 2)


def _line(
    look: Look, sheet: Worksheet, line: int, numbered: tuple[int, TakenBridge], value: ValueView, letter: str
) -> None:
    key, bridge = numbered
    figures = look.figures(bridge)
    sheet.write_string(line, 0, bridge.view.name)
    sheet.write_string(line, 1, value.value[:MOST_LETTERS])
    every = f"=ROUND(SUM(D{line + 1}:G{line + 1}),4)"
    sheet.write_formula(line, 2, every, figures, float(value.amount))
    asked = f"{look.column('A')},{key},{look.column(letter)},{_exactly(line + 1)}"
    for place, (category, amount) in enumerate(zip(CATEGORIES, value.by_category, strict=True), 3):
        formula = f'=ROUND(SUMIFS({look.column(AMOUNT)},{asked},{look.column("C")},"{category}"),4)'
        sheet.write_formula(line, place, formula, figures, float(amount))


def _exactly(line: int) -> str:
    """A criterion that the cell's text is met as it is: its stars, question marks and comparisons mean nothing."""
    escaped = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(B{line},"~","~~"),"*","~*"),"?","~?")'
    return f'"="&{escaped}'
