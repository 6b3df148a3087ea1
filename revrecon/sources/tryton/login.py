"""How Tryton is asked: the key of a user application, and a name that it does not know told by an error of the server.

Source: trytond 8.2, its REST protocol. What a login may not do is a 400 with a message, or a 403.
"""

import re
from collections.abc import Mapping

import httpx

from revrecon.entity_map.connectors import TrytonSettings
from revrecon.sources.contract import RequestRefused
from revrecon.sources.live.rows import inside
from revrecon.sources.live.wire import No, Verdict, safe, secret, told_in, usual

_AN_UNKNOWN_NAME = re.compile(r"<p>&#39;([\w.]+)&#39;</p>")  # a KeyError's text, as the error page shows it


class TrytonManners:
    """The login of one database."""

    def __init__(self, name: str, settings: TrytonSettings) -> None:
        self.name = f"{name} (Tryton)"
        self._settings = settings

    def authorization(self, renewed: bool) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {secret(self._settings.key_env)}"}

    def judged(self, response: httpx.Response) -> Verdict:
        found = _AN_UNKNOWN_NAME.search(response.text) if response.status_code == 500 else None
        if found:
            why = f"it knows no {safe(found[1])}"
            return No(RequestRefused, why, "Compare the map with what the system holds: revrecon doctor.")
        return usual(response, _told)


def _told(response: httpx.Response) -> str:
    """What a refusal says, such as that the login may not read a model; nothing of an error page."""
    return safe(inside(told_in(response), "message"))
