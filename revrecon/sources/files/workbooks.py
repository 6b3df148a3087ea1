"""One sheet of a workbook as text columns, read in a process that it may end (`workbook_process.py`)."""

import io
import os
import subprocess
import sys
from pathlib import Path

import polars as pl

from revrecon.sources.contract import UnreadableExtract
from revrecon.sources.files import workbook_process

MOST_MEMORY = 4 * 1024**3
"""Bytes that reading a workbook may take."""
MOST_SECONDS = 600
_ITS_ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "PATH", "TMPDIR")
"""What a reader of strangers' files may know of ours: no secret is among it."""


def sheet_of(path: Path, sheet: str | None, header_row: int, origin: str) -> pl.DataFrame:
    """Every cell below a header as text. Raises UnreadableExtract, also for a sheet that asks for too much memory."""
    program = str(Path(workbook_process.__file__))
    known = {name: os.environ[name] for name in _ITS_ENVIRONMENT if name in os.environ}
    ended = subprocess.run(
        [sys.executable, "-P", program, str(path), sheet or "", *map(str, (header_row, MOST_MEMORY, MOST_SECONDS))],
        env={**known, "POLARS_MAX_THREADS": "1"},
        capture_output=True,
        check=False,
    )
    if ended.returncode == workbook_process.NO_WORKBOOK:
        raise UnreadableExtract(
            f"{origin} cannot be read as a workbook ({ended.stderr.decode(errors='replace')}). "
            "Check settings.sheet, or export it again."
        )
    if ended.returncode != 0:
        raise UnreadableExtract(
            f"{origin} is a workbook that takes more than {MOST_MEMORY / 1024**3:.0f} GB or "
            f"{MOST_SECONDS} seconds to read: often there is a value far outside of the table. "
            "Delete all rows below and all columns beside the table, or export it as CSV."
        )
    return pl.read_ipc(io.BytesIO(ended.stdout)).cast(pl.String)
