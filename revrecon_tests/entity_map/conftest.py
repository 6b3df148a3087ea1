"""The small map: two systems, two entities, two numbers."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def small_path() -> Path:
    """The file of the small map."""
    return Path(__file__).with_name("small_map.yaml")


@pytest.fixture(scope="session")
def small_text(small_path: Path) -> str:
    """The text of the small map."""
    return small_path.read_text(encoding="utf-8")
