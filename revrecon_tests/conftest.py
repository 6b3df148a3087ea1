"""What holds for every test."""

import gc
import os

import pytest
from hypothesis import settings

os.environ.pop("COLUMNS", None)  # a console takes its width from here once and for all; tests say theirs by themselves

settings.register_profile("revrecon", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("revrecon")


def pytest_collection() -> None:
    """What is imported and collected stays: looking through it for garbage took a third of the time."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with slow tests begin, so that in the end no worker is alone with a long one."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
