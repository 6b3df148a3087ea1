"""The report as files: one HTML page, and the tables behind it as CSV files that spreadsheets open safely."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from revrecon.history.atomic import write_text
from revrecon.reports.daily import DailySheet
from revrecon.reports.files_beside import TABLES, file_beside
from revrecon.reports.html import render_html

_FORMULA = "^[=+\\-@\t\r\n]"
_PLAIN_NUMBER = r"^[+-]?\d+([.,]\d+)?$"


def write_report(sheet: DailySheet, folder: Path) -> Path:
    """Write `daily/2026-11-04.html` below a folder, and the tables in `daily/2026-11-04/`; the page's path.

    Every file appears whole or not at all, and the page comes last, so that what it links to is there.
    """
    here = folder / "daily"
    for table in TABLES:
        write_text(safe_csv(getattr(sheet, table)), here / file_beside(sheet.as_of, table))
    page = here / f"{sheet.as_of}.html"
    write_text(render_html(sheet), page)
    return page


def safe_csv(frame: pl.DataFrame) -> str:
    """A frame as CSV, in which no text cell can begin a spreadsheet formula: a `'` is put before = + - @ and tabs."""
    return _neutral(frame, lambda value: value.str.contains(_FORMULA)).write_csv()


def spreadsheet_safe_csv(frame: pl.DataFrame) -> str:
    """The same for text that is data: plain numbers, such as -5 or +15550100, stay as they are."""
    risky = _neutral(frame, lambda value: value.str.contains(_FORMULA) & ~value.str.contains(_PLAIN_NUMBER))
    return risky.write_csv()


def _neutral(frame: pl.DataFrame, is_risky: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
    return frame.with_columns(
        pl.when(is_risky(pl.col(name))).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, dtype in frame.schema.items()
        if dtype == pl.String
    )
