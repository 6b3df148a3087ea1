"""How one logs in at Marketo, and what its answers mean: what went wrong is told by a code inside a success.

Sources: Marketo's authentication and error code pages. A response-level error comes with HTTP 200.
"""

from collections.abc import Mapping

import httpx

from revrecon.entity_map.connectors import MarketoSettings
from revrecon.sources.contract import LoginRefused, RequestRefused
from revrecon.sources.live.door import BearerToken, Door, client_credentials
from revrecon.sources.live.rows import inside, listed
from revrecon.sources.live.wire import No, Renew, Verdict, Wait, safe, told_in, usual

_TOKEN = "/identity/oauth/token"
_RAN_OUT = ("601", "602")
_DENIED = ("603", "1008")
_TOO_FAST = "606"  # more than 100 calls in 20 seconds
_FOR_TODAY = "607"
_QUEUE = "1029"  # too many jobs, or the day's megabytes are used
_PASSING = ("500", "502", "604", "608", "611", "614", "615", "713", "719")
_TOMORROW = 86_400.0


class MarketoManners:
    """The login of one subscription. `pause`: half a second stands for Marketo's window of twenty."""

    def __init__(self, name: str, settings: MarketoSettings, http: httpx.Client, pause: float) -> None:
        self.name = f"{name} (Marketo)"
        self._window = 40 * pause
        self._door = Door(self.name, http, self.judged, pause)
        self._token = BearerToken(lambda: self._door.token(_TOKEN, client_credentials(settings)))

    def authorization(self, renewed: bool) -> Mapping[str, str]:
        return self._token.authorization(renewed)

    def judged(self, response: httpx.Response) -> Verdict:
        code, why = _told(response)
        if not code:
            return usual(response, lambda _: why)
        if code in _RAN_OUT:
            return Renew()
        if code in _DENIED:
            return No(LoginRefused, why, "Give the login the rights that docs/connectors.md names.")
        if code == _FOR_TODAY or (code == _QUEUE and "quota" in why.casefold()):
            return Wait(_TOMORROW, why)
        if code in (_TOO_FAST, _QUEUE):
            return Wait(self._window, why)
        if code in _PASSING:
            return Wait(0.0, why)
        return No(RequestRefused, why, _NEXT.get(code, "Compare the map with what the system holds: revrecon doctor."))


_NEXT = {
    "1035": "The subscription cannot extract what changed. Write contents: full for leads, or have Marketo's support "
    "switch the updatedAt filter on."
}


def _told(response: httpx.Response) -> tuple[str, str]:
    """The code of an answer's first error, and what it says; nothing of a good answer."""
    if "json" not in response.headers.get("content-type", ""):
        return "", ""
    found = told_in(response)
    if inside(found, "success") is not False:
        return "", ""
    first = next(iter(listed(inside(found, "errors"))), {})
    code = str(first.get("code") or "0")
    return code, safe(f"{code} {first.get('message') or ''}")
