"""Where every row ended, in a terminal."""

import polars as pl
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from revrecon.reports.formats import count
from revrecon.reports.terminal_bridges import AMOUNT, plain_table

_HEADS = {
    "rows": "Rows", "matched": "Matched", "only_here": "Only here", "excluded": "Excluded", "no_key": "No key",
    "only_there": "Only there",
}  # fmt: skip


def accounting_table(accounting: pl.DataFrame) -> RenderableType:
    """One line per copy (`numbers.accounting.ROW_ACCOUNTING_SCHEMA`): its rows add up across, but for `only there`."""
    table: Table = plain_table("Copy", title=Text("Where every row ended", style="bold"))
    for head in _HEADS.values():
        table.add_column(head, **AMOUNT)
    for row in accounting.iter_rows(named=True):
        table.add_row(Text(f"{row['entity']} in {row['copy']}"), *(count(row[name]) for name in _HEADS))
    return table
