"""Tables to take away, in the forms that finance uses: CSV, one Excel workbook, or Markdown.

Unless they are asked for raw, CSV files hold no cell that a spreadsheet would run as a formula; a workbook never does,
because its text is written as text.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal

import polars as pl

from revrecon.history.atomic import write_text
from revrecon.reports.files import spreadsheet_safe_csv
from revrecon.reports.workbooks import MOST_ROWS, new_workbook
from revrecon.tickets.bodies.markdown import safe

Form = Literal["csv", "xlsx", "md"]


class TooManyRows(Exception):
    """A table with more rows than a sheet of a workbook holds."""


def write_tables(tables: Mapping[str, pl.DataFrame], folder: Path, form: Form = "csv", raw: bool = False) -> list[Path]:
    """Write tables into a folder, each file whole or not at all; the paths written. Raises TooManyRows.

    `csv` and `md` are one file per table, `xlsx` is `tables.xlsx` with one sheet per table. `raw` leaves CSV cells as
    they are, for programs.
    """
    if form == "xlsx":
        return [write_workbook_of(tables, folder / "tables.xlsx")]
    paths = []
    for name, frame in tables.items():
        paths.append(folder / f"{name}.{form}")
        write_text(_markdown(name, frame) if form == "md" else _csv(frame, raw), paths[-1])
    return paths


def _csv(frame: pl.DataFrame, raw: bool) -> str:
    return frame.write_csv() if raw else spreadsheet_safe_csv(frame)


def write_workbook_of(tables: Mapping[str, pl.DataFrame], path: Path) -> Path:
    """Write a workbook with a sheet per table, text always as text; its path. Raises TooManyRows."""
    for name, frame in tables.items():
        if frame.height > MOST_ROWS:
            raise TooManyRows(
                f"{name} has {frame.height:,} rows, and a sheet holds {MOST_ROWS:,}. Export it with --format csv."
            )
    with new_workbook(path) as book:
        for name, frame in tables.items():
            frame.write_excel(book, name, freeze_panes=(1, 0), dtype_formats={pl.Decimal: "#,##0.00##;-#,##0.00##"})
    return path


def _markdown(name: str, frame: pl.DataFrame) -> str:
    return "\n".join([f"# {name.replace('_', ' ').capitalize()}", "", *_lines(frame)]) + "\n"


def _lines(frame: pl.DataFrame) -> Iterator[str]:
    if frame.is_empty():
        yield "None."
        return
    yield "| " + " | ".join(_cell(column) for column in frame.columns) + " |"
    yield "|" + "|".join(" ---: " if dtype.is_numeric() else " --- " for dtype in frame.dtypes) + "|"
    for row in frame.iter_rows():
        yield "| " + " | ".join(map(_cell, row)) + " |"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else safe(value)
