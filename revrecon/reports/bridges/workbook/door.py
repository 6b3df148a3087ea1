"""The door: bridges as one workbook. Text is always written as text, so that nothing in the data becomes a formula."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from revrecon.reports.bridges.taken import TakenBridge
from revrecon.reports.bridges.workbook.breakdown_sheet import write_breakdown
from revrecon.reports.bridges.workbook.bridge_sheet import write_bridge
from revrecon.reports.bridges.workbook.look import Look
from revrecon.reports.bridges.workbook.names import sheet_names
from revrecon.reports.bridges.workbook.records_sheet import RECORD_COLUMNS, write_records
from revrecon.reports.bridges.workbook.summary_sheet import write_summary
from revrecon.reports.workbooks import new_workbook

_MOST_ROWS = 1_048_000


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
    with new_workbook(path) as book:
        _write(Look(book, records), bridges, as_of)
    return path


def _write(look: Look, bridges: Sequence[TakenBridge], as_of: date) -> None:
    dimensions = list(dict.fromkeys(name for bridge in bridges for name in bridge.dimensions))
    apart = [f"By {name}" for name in dimensions]
    first, *others = sheet_names(["Bridges", "Records", *(bridge.view.name for bridge in bridges), *apart])
    named = {name: look.book.add_worksheet(name) for name in [first, *others[1:], others[0]]}  # records last
    own = others[1 : len(bridges) + 1]
    numbered = enumerate(zip(own, bridges, strict=True), 1)
    rows = [write_bridge(look, named[name], key, bridge) for key, (name, bridge) in numbered]
    write_summary(look, named[first], list(zip(bridges, own, rows, strict=True)), as_of)
    for place, (dimension, name) in enumerate(zip(dimensions, others[len(bridges) + 1 :], strict=True)):
        write_breakdown(look, named[name], bridges, dimension, len(RECORD_COLUMNS) + place)
    write_records(look, named[others[0]], bridges, dimensions)
