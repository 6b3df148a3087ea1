"""Excel workbooks: text is always text, so that no value from the data runs as a formula or becomes a link."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter

from revrecon.history.atomic import appearing

_TEXT_STAYS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MOST_ROWS = 1_048_575
"""What a sheet holds below its row of heads."""


@contextmanager
def new_workbook(path: Path) -> Iterator[xlsxwriter.Workbook]:
    """A workbook to write into, which stands at its path, whole, once the block ends well."""
    with appearing(path) as beside, xlsxwriter.Workbook(str(beside), _TEXT_STAYS_TEXT) as book:
        yield book
