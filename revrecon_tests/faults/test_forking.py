"""Whoever has imported the product can fork: it has used no thread of polars yet, which a child would wait for."""

import subprocess
import sys

import pytest

CHILD = """
import os, signal
import polars as pl
{before}
if os.fork() == 0:
    signal.alarm(20)
    frame = pl.DataFrame({{"key": ["a", "b", "a"], "value": [1, 2, 3]}})
    os._exit(frame.group_by("key").agg(pl.col("value").sum())["value"].sum())
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def ended(before: str) -> int:
    return int(
        subprocess.run([sys.executable, "-c", CHILD.format(before=before)], capture_output=True, text=True).stdout
    )


@pytest.mark.parametrize("module", ["revrecon.daily.run", "revrecon.dagster_defs.build", "revrecon.cli"])
def test_a_child_of_a_process_that_has_imported_everything_can_work(module):
    assert ended(f"import {module}") == 6
