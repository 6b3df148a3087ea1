"""An office: a system with its stand-in, a lake and a clock, for tests that name its kind."""

import pytest

from revrecon_tests.sources.offices import OFFICES


@pytest.fixture
def office(kind, tmp_path, monkeypatch):
    return OFFICES[kind](tmp_path, monkeypatch)
