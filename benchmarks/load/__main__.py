"""RevRecon under load, as one table.

    python -m benchmarks.load [tickets checks year rows] [--small]

Each line was done in a process of its own; `--small` is a hundredth, to see that everything runs.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.load import checks, rows, tickets, year
from benchmarks.load.measured import Measured, table

Story = Callable[[Path], Iterator[Measured]]


def stories(small: bool, many_tickets: int, most_rows: int) -> dict[str, list[Story]]:
    """What is measured, by the name that it is asked for."""
    part = 100 if small else 1
    return {
        "tickets": [lambda folder: tickets.measure(folder, many_tickets // part)],
        "checks": [lambda folder: checks.measure(folder, max(30 // part, 2))],
        "year": [
            lambda folder: year.measure(folder, max(365 // part, 3), 5),
            lambda folder: year.measure(folder, max(365 // part, 3), 5_000 // part),
        ],
        "rows": [lambda folder: rows.measure(folder, most_rows // part)],
    }


MANY_TICKETS, MANY_ROWS = 100_000, 10_000_000


def measured_under_load(
    small: bool, names: Sequence[str] = (), many_tickets: int = MANY_TICKETS, most_rows: int = MANY_ROWS
) -> list[Measured]:
    """Some stories, or all; each deed is told as it is done."""
    every = stories(small, many_tickets, most_rows)
    found: list[Measured] = []
    for name in names or every:
        for story in every[name]:
            folder = Path(tempfile.mkdtemp(prefix="revrecon-load-"))
            try:
                for one in story(folder):
                    sys.stderr.write(f"{one.story}: {one.deed}: {one.wall:.1f} s, {one.peak:,.0f} MB, {one.note}\n")
                    found.append(one)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    return found


def main() -> None:
    """Measure and print; what is measured goes to the screen as it comes, the table at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="tickets, checks, year, rows; all of them by default")
    parser.add_argument("--small", action="store_true", help="a hundredth of everything")
    parser.add_argument("--tickets", type=int, default=MANY_TICKETS, help="tickets in the ledger")
    parser.add_argument("--rows", type=int, default=MANY_ROWS, help="rows of the large object")
    asked = parser.parse_args()
    found = measured_under_load(asked.small, asked.names, asked.tickets, asked.rows)
    sys.stdout.write(table(found) + "\n")


if __name__ == "__main__":
    main()
