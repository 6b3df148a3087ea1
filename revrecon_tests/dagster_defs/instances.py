"""Dagster instances as `revrecon ui` sets them up."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import dagster as dg

from revrecon.dagster_defs.local_instance import SETTINGS_OF_A_PROCESS

OPEN_EVENT_LOG = {"module": "revrecon.dagster_defs.event_log", "class": "OpenEventLog"}


@contextmanager
def shipped_instance(folder: str | None = None) -> Iterator[dg.DagsterInstance]:
    """An instance for a test, with the event log that a new home gets; in a folder of its own, or in the one given."""
    with tempfile.TemporaryDirectory() as own, patch.dict(os.environ, SETTINGS_OF_A_PROCESS):
        place = folder or own
        log = {**OPEN_EVENT_LOG, "config": {"home": place}}
        with dg.instance_for_test(overrides={"event_log_storage": log}, temp_dir=place) as instance:
            yield instance
