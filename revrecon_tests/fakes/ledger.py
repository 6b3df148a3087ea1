"""Ledgers that need not survive the machine: many times quicker, and otherwise the same."""

import contextlib
from unittest.mock import patch

from revrecon.tickets import ledger


@contextlib.contextmanager
def quick_ledgers():
    """Within, SQLite does not wait for the disk."""
    with patch.object(ledger, "_SYNCHRONOUS", "OFF"):
        yield
