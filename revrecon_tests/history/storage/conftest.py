"""Where a lake stands: a folder in place of a store in the fast group, moto in the slower one."""

import pytest

from revrecon_tests.history.storage.stores import s3, with_moto


@pytest.fixture(params=["a folder", pytest.param("moto", marks=[pytest.mark.slow, with_moto])])
def address(request, tmp_path):
    """The address of an empty store."""
    if request.param == "a folder":
        yield (tmp_path / "store").as_uri()
        return
    with s3(tmp_path) as place:
        yield place
