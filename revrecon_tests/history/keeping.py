"""From how many rows on extracts have their prints and news beside them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from revrecon.history import news, prints


@contextmanager
def kept_beside_from(rows: int) -> Iterator[None]:
    """Extracts of that many rows or more have them while the block lasts."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (prints, news):
            patched.setattr(module, "WORTH_KEEPING", rows)
        yield
