"""Logins that last a while: a token that is fetched at a door, and again when it has run out."""

from collections.abc import Callable, Mapping

import httpx

from revrecon.sources.live.door import BearerToken, Door
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import Verdict, client, usual


class Token:
    """A bearer token from one address; `form` is what is handed in for it."""

    renews = True

    def __init__(
        self, name: str, url: str, path: str, form: Callable[[], Mapping[str, str]], outside: Outside,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        door = Door(name, client(url, transport=outside.transport), _judged, outside.pause)
        self._token = BearerToken(lambda: door.token(path, form()))
        self._more = dict(headers or {})

    def headers(self, renewed: bool) -> Mapping[str, str]:
        return {**self._token.authorization(renewed), **self._more}


def _judged(response: httpx.Response) -> Verdict:
    return usual(response, lambda _: "")
