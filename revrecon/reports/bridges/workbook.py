"""Bridges as an Excel workbook whose formulas foot: bars are sums over the records, and a check cell must be zero.

Text is always written as text, so that nothing in the data can become a formula.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from revrecon.findings import CATEGORIES
from revrecon.history.atomic import appearing
from revrecon.reports.bridges.taken import BY, TakenBridge
from revrecon.reports.formats import unit_of
from revrecon.reports.titles import step_title

_LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_MOST_ROWS = 1_048_000
_RECORD_COLUMNS = ("Bridge", "Step", "Category", "Cause", "Detail", "Record", "Own records", "Amount")
_AMOUNT = "H"


class TooManyRecords(Exception):
    """More records than a sheet has rows."""


def write_workbook(bridges: Sequence[TakenBridge], as_of: date, path: Path) -> Path:
    """Write one workbook: a summary, a sheet per bridge, a sheet per dimension, and the records they are sums of.

    Raises TooManyRecords beyond what a sheet holds.
    """
    records = sum(bridge.items.height for bridge in bridges)
    if records > _MOST_ROWS:
        raise TooManyRecords(
            f"{records:,} records do not fit a sheet of {_MOST_ROWS:,} rows. Save as .csv, or use --from."
        )
    with appearing(path) as beside, xlsxwriter.Workbook(str(beside)) as book:
        _Pen(book, bridges, as_of).write()
    return path


class _Pen:
    """One workbook being written."""

    def __init__(self, book: xlsxwriter.Workbook, bridges: Sequence[TakenBridge], as_of: date) -> None:
        self.book, self.bridges, self.as_of = book, bridges, as_of
        self.last = 1 + sum(bridge.items.height for bridge in bridges)
        self.names = _sheet_names([bridge.view.name for bridge in bridges])
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.quiet = book.add_format({"font_color": "#64748B", "text_wrap": True, "valign": "top"})
        self.head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F7", "text_wrap": True})

    def write(self) -> None:
        """Summary first, records last; formulas may point to sheets that come later."""
        summary = self.book.add_worksheet("Bridges")
        sheets = [self.book.add_worksheet(name) for name in self.names]
        dimensions = list(dict.fromkeys(name for bridge in self.bridges for name in bridge.dimensions))
        apart = [self.book.add_worksheet(_plain(f"By {name}")) for name in dimensions]
        self._records(self.book.add_worksheet("Records"), dimensions)
        rows = [
            self._bridge(sheet, at, bridge)
            for at, (sheet, bridge) in enumerate(zip(sheets, self.bridges, strict=True), 1)
        ]
        self._summary(summary, rows)
        for place, (sheet, name) in enumerate(zip(apart, dimensions, strict=True)):
            self._breakdown(sheet, name, len(_RECORD_COLUMNS) + place)

    def figures(self, bridge: TakenBridge, **more: object) -> Format:
        """How a bridge's figures are shown: its currency's sign, its decimals, minus signs in full."""
        unit = unit_of(bridge.view.unit)
        decimals = "." + "0" * bridge.view.decimals if bridge.view.decimals else ""
        before = f'"{unit.before}"' if unit.before else ""
        after = f'"{unit.after}"' if unit.after else ('" k"' if unit.times == 1000 else "")
        shown = f"{before}#,##0{decimals}{after}"
        return self.book.add_format({"num_format": f"{shown};-{shown};{shown}", **more})

    def _summary(self, sheet: Worksheet, rows: Sequence[tuple[int, int, int]]) -> None:
        heads = ["Bridge", "Reports", *(c.capitalize() for c in CATEGORIES), "Residual", "Ends at", "", "Check"]
        sheet.write_string(0, 0, f"Bridges on {self.as_of}", self.title)
        sheet.write_string(1, 0, "Every figure is a formula over the sheet Records. A check must be 0.", self.quiet)
        sheet.write_row(3, 0, heads, self.head)
        for line, (bridge, name, at) in enumerate(zip(self.bridges, self.names, rows, strict=True), 4):
            figures, view = self.figures(bridge), bridge.view
            own, told = f"'{name}'!", _told_title(bridge)
            sheet.write_url(line, 0, f"internal:{own}A1", string=told[:255])
            sheet.write_formula(line, 1, f"={own}D5", figures, float(view.reported))
            for place, category in enumerate(CATEGORIES, 2):
                formula = f'=SUMIFS({own}$D$6:$D${at[0]},{own}$A$6:$A${at[0]},"{category.capitalize()}")'
                sheet.write_formula(line, place, formula, figures, float(_moved(bridge, category)))
            sheet.write_formula(line, 6, f"={own}D{at[1]}", figures, float(view.residual))
            sheet.write_formula(line, 7, f"={own}D{at[2]}", figures, float(view.closing))
            sheet.write_string(line, 8, view.closing_title)
            check = f"=ROUND(B{line + 1}-SUM(C{line + 1}:H{line + 1}),{view.decimals})"
            sheet.write_formula(line, 9, check, self.bold, 0)
        sheet.set_column(0, 0, 48)
        sheet.set_column(1, 9, 17)
        sheet.freeze_panes(4, 1)

    def _bridge(self, sheet: Worksheet, key: int, bridge: TakenBridge) -> tuple[int, int, int]:
        """One bridge, each step a sum over its records; the rows of its last step, residual and end, from 1."""
        view, figures, strong = bridge.view, self.figures(bridge), self.figures(bridge, bold=True, top=1)
        sheet.write_string(0, 0, _told_title(bridge), self.title)
        sheet.write_string(1, 0, bridge.caption)
        sheet.write_row(3, 0, ["Category", "Step", "Records", "Net", "Gross", "Runs to"], self.head)
        sheet.write_string(4, 1, f"{view.department} reports", self.bold)
        sheet.write_number(4, 3, float(view.reported), self.figures(bridge, bold=True))
        sheet.write_formula(4, 5, "=D5", figures, float(view.reported))
        running, line = view.reported, 5
        for row in bridge.steps.sort("position").iter_rows(named=True):
            running -= row["amount"]
            self._step(sheet, line, key, row, figures, running)
            line += 1
        steps = f"D6:D{line}" if line > 5 else "D5:D4"
        total = f"-SUM({steps})" if line > 5 else ""
        sheet.write_string(line, 1, "Residual")
        sheet.write_formula(line, 3, f"=ROUND(D5{total}-D{line + 2},{view.decimals})", figures, float(view.residual))
        ends = view.closing_title if view.closing_title == "Canonical" else f"{view.closing_title} reports"
        sheet.write_string(line + 1, 1, ends, self.bold)
        sheet.write_number(line + 1, 3, float(view.closing), strong)
        sheet.write_string(line + 3, 1, "Check: what is reported less every step, the residual and the end", self.quiet)
        check = f"=ROUND(D5{total}-D{line + 1}-D{line + 2},{view.decimals})"
        sheet.write_formula(line + 3, 3, check, self.bold, 0)
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, 58)
        sheet.set_column(2, 5, 17)
        sheet.freeze_panes(4, 0)
        return max(line, 6), line + 1, line + 2

    def _step(
        self, sheet: Worksheet, line: int, key: int, row: dict[str, object], figures: Format, running: Decimal
    ) -> None:
        amounts, mine = self._column(_AMOUNT), f"{self._column('A')},{key},{self._column('B')},{row['position']}"
        gross = f'SUMIFS({amounts},{mine},{amounts},">0")-SUMIFS({amounts},{mine},{amounts},"<0")'
        sheet.write_string(line, 0, str(row["category"]).capitalize())
        sheet.write_string(line, 1, step_title(str(row["cause"]), str(row["detail"] or "")))
        sheet.write_number(line, 2, int(str(row["records"])))
        sheet.write_formula(line, 3, f"=ROUND(SUMIFS({amounts},{mine}),4)", figures, float(str(row["amount"])))
        sheet.write_formula(line, 4, f"=ROUND({gross},4)", figures, float(str(row["gross"])))
        sheet.write_formula(line, 5, f"=ROUND(F{line}-D{line + 1},4)", figures, float(running))

    def _column(self, letter: str) -> str:
        return f"Records!${letter}$2:${letter}${max(self.last, 2)}"

    def _records(self, sheet: Worksheet, dimensions: Sequence[str]) -> None:
        sheet.write_row(0, 0, [*_RECORD_COLUMNS, *dimensions], self.head)
        line = 1
        for key, bridge in enumerate(self.bridges, 1):
            figures = self.figures(bridge)
            for row in _numbered(bridge).iter_rows(named=True):
                sheet.write_number(line, 0, key)
                sheet.write_number(line, 1, row["position"])
                for place, name in enumerate(("category", "cause", "detail", "label", "records"), 2):
                    sheet.write_string(line, place, str(row[name] or "")[:32_000])
                sheet.write_number(line, 7, float(row["amount"]), figures)
                for place, name in enumerate(dimensions, len(_RECORD_COLUMNS)):
                    sheet.write_string(line, place, str(row.get(f"{BY}{name}") or "")[:32_000])
                line += 1
        sheet.set_column(0, 1, 8)
        sheet.set_column(2, 3, 22)
        sheet.set_column(4, 6, 34)
        sheet.set_column(7, 7 + len(dimensions), 18)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(line - 1, 1), len(_RECORD_COLUMNS) + len(dimensions) - 1)

    def _breakdown(self, sheet: Worksheet, name: str, column: int) -> None:
        """One dimension: for every bridge its values, each category a sum over the records."""
        letter = xlsxwriter.utility.xl_col_to_name(column)
        heads = ["Bridge", name, "All", *(category.capitalize() for category in CATEGORIES)]
        sheet.write_row(0, 0, heads, self.head)
        line = 1
        for key, bridge in enumerate(self.bridges, 1):
            figures = self.figures(bridge)
            for value, sums in _values(bridge, name):
                sheet.write_string(line, 0, bridge.view.name)
                sheet.write_string(line, 1, value[:32_000])
                asked = f"{self._column('A')},{key},{self._column(letter)},{_exactly(line + 1)}"
                sheet.write_formula(
                    line, 2, f"=ROUND(SUM(D{line + 1}:G{line + 1}),4)", figures, float(sum(sums.values()))
                )
                for place, category in enumerate(CATEGORIES, 3):
                    formula = f'=ROUND(SUMIFS({self._column(_AMOUNT)},{asked},{self._column("C")},"{category}"),4)'
                    sheet.write_formula(line, place, formula, figures, float(sums[category]))
                line += 1
        sheet.set_column(0, 1, 36)
        sheet.set_column(2, 6, 17)
        sheet.freeze_panes(1, 2)


def _exactly(line: int) -> str:
    """A criterion that the cell's text is met as it is: its stars, question marks and comparisons mean nothing."""
    escaped = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(B{line},"~","~~"),"*","~*"),"?","~?")'
    return f'"="&{escaped}'


def _numbered(bridge: TakenBridge) -> pl.DataFrame:
    steps = bridge.steps.select("cause", "detail", "position")
    items = bridge.items.join(steps, on=["cause", "detail"], how="left", nulls_equal=True, maintain_order="left")
    return items.with_columns(pl.col("position").fill_null(0))


def _values(bridge: TakenBridge, name: str) -> Iterator[tuple[str, dict[str, Decimal]]]:
    column = f"{BY}{name}"
    if column not in bridge.items.columns:
        return
    sums = [pl.col("amount").filter(pl.col("category") == category).sum().alias(category) for category in CATEGORIES]
    rows = bridge.items.group_by(column).agg(pl.col("amount").abs().sum().alias("_gross"), *sums)
    for row in rows.sort(pl.col("_gross").neg(), column).iter_rows(named=True):
        yield str(row[column]), {category: Decimal(str(row[category])) for category in CATEGORIES}


def _moved(bridge: TakenBridge, category: str) -> Decimal:
    return dict(bridge.view.by_category).get(category, Decimal(0))


def _told_title(bridge: TakenBridge) -> str:
    return f"{bridge.view.title}: from {bridge.view.department} to {bridge.view.closing_title}"


def _plain(name: str) -> str:
    return _FORBIDDEN.sub(" ", name)[:_LONGEST_NAME].strip() or "Sheet"


def _sheet_names(wanted: Sequence[str]) -> list[str]:
    """Names that Excel takes, each once (it does not tell upper from lower case)."""
    found: list[str] = []
    taken = {"bridges", "records"}
    for name in wanted:
        plain, number = _plain(name), 2
        while plain.casefold() in taken:
            plain = f"{_plain(name)[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
            number += 1
        taken.add(plain.casefold())
        found.append(plain)
    return found
