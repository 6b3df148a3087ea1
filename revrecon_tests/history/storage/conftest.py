"""Where a lake stands: a folder in place of a store in the fast group, moto and Azurite in the slower one."""

import pytest

from revrecon_tests.object_stores import azure_address, s3_address, with_azurite, with_moto

STORES = {"moto": s3_address, "Azurite": azure_address}


@pytest.fixture(
    params=[
        "a folder",
        pytest.param("moto", marks=[pytest.mark.slow, with_moto]),
        pytest.param("Azurite", marks=[pytest.mark.slow, with_azurite]),
    ]
)
def address(request, tmp_path):
    """The address of an empty store."""
    if request.param == "a folder":
        yield (tmp_path / "store").as_uri()
        return
    with STORES[request.param](tmp_path) as place:
        yield place
