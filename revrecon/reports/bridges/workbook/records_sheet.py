"""The sheet of records: every reconciling item of every bridge, with its dimensions. All other figures add them up."""

from collections.abc import Sequence

import polars as pl
from xlsxwriter.worksheet import Worksheet

from revrecon.reports.bridges.taken import BY, TakenBridge
from revrecon.reports.bridges.workbook.look import MOST_LETTERS, Look

RECORD_COLUMNS = ("Bridge", "Step", "Category", "Cause", "Detail", "Record", "Own records", "Amount")
_TEXTS = ("category", "cause", "detail", "label", "records")


def write_records(look: Look, sheet: Worksheet, bridges: Sequence[TakenBridge], dimensions: Sequence[str]) -> None:
    """One row per item: its bridge and step by number, what it is, its amount, and its value in every dimension."""
    sheet.write_row(0, 0, [*RECORD_COLUMNS, *dimensions], look.head)
    line = 1
    for key, bridge in enumerate(bridges, 1):
        figures = look.figures(bridge)
        for row in _numbered(bridge).iter_rows(named=True):
            sheet.write_number(line, 0, key)
            sheet.write_number(line, 1, row["position"])
            for place, name in enumerate(_TEXTS, 2):
                sheet.write_string(line, place, str(row[name] or "")[:MOST_LETTERS])
            sheet.write_number(line, 7, float(row["amount"]), figures)
            for place, name in enumerate(dimensions, len(RECORD_COLUMNS)):
                sheet.write_string(line, place, str(row.get(f"{BY}{name}") or "")[:MOST_LETTERS])
            line += 1
    sheet.set_column(0, 1, 8)
    sheet.set_column(2, 3, 22)
    sheet.set_column(4, 6, 34)
    sheet.set_column(7, 7 + len(dimensions), 18)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(line - 1, 1), len(RECORD_COLUMNS) + len(dimensions) - 1)


def _numbered(bridge: TakenBridge) -> pl.DataFrame:
    """Items with the number of their step: a number is met as it is, while a text could hold stars and comparisons."""
    steps = bridge.steps.select("cause", "detail", "position")
    items = bridge.items.join(steps, on=["cause", "detail"], how="left", nulls_equal=True, maintain_order="left")
    return items.with_columns(pl.col("position").fill_null(0))
