"""What the contracts of connectors need: each system in turn, things in it, and a look at what it answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from revrecon_tests.sources.offices import OFFICES, OVER_HTTP, Office

every_system = pytest.mark.parametrize("kind", sorted(OFFICES))
every_system_over_http = pytest.mark.parametrize("kind", OVER_HTTP)


def things(office: Office, count: int) -> None:
    """Put so many things into a system."""
    for number in range(count):
        office.put(number, f"Thing {number}")


@contextmanager
def answers_seen(office: Office, seen: Callable[[httpx.Response], httpx.Response]) -> Iterator[None]:
    """Within the block, what `seen` makes of each answer is what the system answers."""
    whole = office.network.handle
    office.network.handle = lambda request: seen(whole(request))
    try:
        yield
    finally:
        office.network.handle = whole
