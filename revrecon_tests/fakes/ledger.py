"""Ledgers that need not survive the machine: many times quicker, and otherwise the same."""

import contextlib
from unittest.mock import patch

from revrecon.tickets import database


@contextlib.contextmanager
def quick_ledgers():
    """Within, SQLite does not wait for the disk."""
    with patch.object(database, "_SYNCHRONOUS", "OFF"):
        yield
