"""The names of the files that stand beside a report."""

from datetime import date

TABLES = ("figures", "bridges", "steps", "items", "findings", "verdicts", "tie_outs", "ticket_table")
"""The tables that are written as CSV files beside a report."""

_NAMES = {"ticket_table": "tickets"}


def file_beside(as_of: date, table: str) -> str:
    """A table's file, relative to the report: `2026-11-04/findings.csv`."""
    return f"{as_of}/{_NAMES.get(table, table)}.csv"
