"""What every stand-in has: tables of rows, logins that can run out, and its own way of saying that it is busy."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

Row = dict[str, str | None]
Handler = Callable[..., httpx.Response]


@dataclass
class Ways:
    """How a system takes changes, and what it was told to change."""

    refusals: dict[str, str] = field(default_factory=dict)  # values that a rule refuses, and what it says
    dropped: set[str] = field(default_factory=set)  # columns that it says yes to and never sets
    locked: set[str] = field(default_factory=set)  # columns that its metadata calls read-only
    spelling: dict[str, Callable[[str], str]] = field(default_factory=dict)  # columns that it writes its own way
    writes: list[tuple[str, Row]] = field(default_factory=list)

    def kept(self, name: str, value: str | None) -> str | None:
        """What a column holds when it was told a value."""
        return self.spelling[name](value) if name in self.spelling and value else value


class StandIn:
    """One system. `page` bounds what it gives at once, below its real limit, so that few records make many pages."""

    host = "system.example"

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), page: int | None = None) -> None:
        self.clock, self.page = clock, page
        self.busy = 0  # so many requests are answered with "too many"
        self.blind = False  # a login that may see nothing is answered with success and nothing
        self.asked: list[str] = []  # every request: method, path and query

    def put(self, table: str, row: Row) -> None:
        """Write a record, new or changed."""
        raise NotImplementedError

    def put_many(self, table: str, rows: Iterable[Row]) -> None:
        """Write records, new or changed."""
        for row in rows:
            self.put(table, row)

    def remove(self, table: str, key: str) -> None:
        """Delete a record the way the system does."""
        raise NotImplementedError

    def expire(self) -> None:
        """Every login that was given out has run out; a new one is given to whoever asks."""

    def too_many(self) -> httpx.Response:
        """How the system says that it is asked too often."""
        raise NotImplementedError

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Method, path as a pattern, and what answers."""
        raise NotImplementedError

    def refused(self, request: httpx.Request) -> httpx.Response | None:
        """The answer to a request whose login is not known; None where it is."""
        raise NotImplementedError

    def handle(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request."""
        self.asked.append(f"{request.method} {request.url.raw_path.decode()}")
        if self.busy > 0:
            self.busy -= 1
            return self.too_many()
        for method, pattern, answer in self.routes():
            found = re.fullmatch(pattern, request.url.path)
            if found and method == request.method:
                return self.refused(request) or answer(request, *found.groups())
        return httpx.Response(404, json={"message": f"There is no {request.url.path}"})
