"""A network that loses what it is told to lose, before or after the other side has done its work."""

from collections.abc import Callable

import httpx

FAULTS = (
    "unreachable",
    "cut before",
    "cut after",
    "timeout after",
    "error before",
    "error after",
    "too many",
    "killed",
)
"""`after`: the other side has done it, and nobody hears of it."""
ANOTHER_PAGE = "another page"
"""The other side has done it, and what is heard is a good answer of something that stands in between."""


class Killed(BaseException):
    """The process died here: no handler of errors runs."""


class Network(httpx.BaseTransport):
    """Hands requests to a fake; `fault` says what happens to one, by its number from 1 and the request."""

    def __init__(self, handle: Callable[[httpx.Request], httpx.Response]) -> None:
        self.handle = handle
        self.fault: Callable[[int, httpx.Request], str | None] = lambda number, request: None
        self.number = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.number += 1
        fault = self.fault(self.number, request)
        if fault == "unreachable":
            raise httpx.ConnectError("refused", request=request)
        if fault == "cut before":
            raise httpx.WriteError("reset", request=request)
        if fault == "error before":
            return httpx.Response(500, text="<html>Traceback</html>")
        if fault == "too many":
            return httpx.Response(429, headers={"Retry-After": "1"})
        answer = self.handle(request)
        if fault == "killed":
            raise Killed
        if fault == "cut after":
            raise httpx.RemoteProtocolError("peer closed", request=request)
        if fault == "timeout after":
            raise httpx.ReadTimeout("timed out", request=request)
        if fault == ANOTHER_PAGE:
            return httpx.Response(200, html="<html>Sign in to go on</html>")
        return httpx.Response(502) if fault == "error after" else answer


def on_writes(*faults: str | None) -> Callable[[int, httpx.Request], str | None]:
    """The faults of the first writing requests, in their order; none of the others."""
    left = list(faults)

    def writes(request: httpx.Request) -> bool:
        return request.method == "POST" and "/search" not in request.url.path

    return lambda number, request: left.pop(0) if left and writes(request) else None
