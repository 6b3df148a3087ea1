"""Reads one sheet of a workbook in a process of its own: `workbook_process.py PATH SHEET HEADER_ROW BYTES SECONDS`.

A workbook may ask for any amount of memory: a value in its last cell makes a table of 17 billion cells, an archive
unpacks to a thousand times its size, and a reader that gets no memory ends its process. So it ends only this one, which
is bounded by so many bytes, those of libraries among them, and holds no secret. The sheet comes as Arrow IPC from
standard output, every cell as text; `SHEET` empty is the first one. Ends with 3 and a reason on standard error where
the file is no workbook.
"""

import resource
import sys
from contextlib import suppress

NO_WORKBOOK = 3


def main(path: str, sheet: str, header_row: str, most_bytes: str, most_seconds: str) -> int:
    """Write the sheet to standard output."""
    _bounded(resource.RLIMIT_AS, int(most_bytes))
    _bounded(resource.RLIMIT_CPU, int(most_seconds))
    _bounded(resource.RLIMIT_CORE, 0)
    import fastexcel  # once memory is bounded

    try:
        book = fastexcel.read_excel(path)
        loaded = book.load_sheet(sheet or book.sheet_names[0], header_row=int(header_row) - 1, dtypes="string")
    except (fastexcel.FastExcelError, OSError) as error:
        sys.stderr.write(str(error))
        return NO_WORKBOOK
    loaded.to_polars().write_ipc(sys.stdout.buffer)
    return 0


def _bounded(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    with suppress(ValueError):  # macOS bounds no memory: there a process of its own has to do
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
