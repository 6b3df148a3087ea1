"""One undisturbed kiosk for all tests of faults."""

import pytest

from revrecon_tests.faults.calm import calm_kiosk
from revrecon_tests.faults.nursery import Nursery


@pytest.fixture(scope="session")
def calm(tmp_path_factory):
    with Nursery() as nursery:
        yield calm_kiosk(tmp_path_factory.mktemp("kiosk"), nursery)
