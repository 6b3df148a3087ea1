"""How one logs in at Salesforce, and what its answers mean.

Sources: the OAuth 2.0 client credentials and JWT bearer flows, and the status codes of the REST API.
"""

import re
import time
from collections.abc import Mapping

import httpx

from revrecon.entity_map.connectors import SalesforceSettings
from revrecon.sources.contract import RequestRefused, TooManyRequests
from revrecon.sources.live.door import BearerToken, Door, client_credentials, signed
from revrecon.sources.live.rows import inside
from revrecon.sources.live.wire import Renew, Verdict, Wait, safe, secret, told_in, usual

_TOKEN = "/services/oauth2/token"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LASTS = 170  # seconds; Salesforce takes no assertion that runs longer than three minutes
_USED = re.compile(r"api-usage=(\d+)/(\d+)")


class SalesforceManners:
    """The login of one org, and its signals; a 403 may mean wait."""

    def __init__(self, name: str, settings: SalesforceSettings, http: httpx.Client, pause: float = 0.5) -> None:
        self.name = f"{name} (Salesforce)"
        self._settings, self._http = settings, http
        self._door = Door(self.name, http, self.judged, pause)
        self._token = BearerToken(self._new_token)
        self.used: tuple[int, int] | None = None

    def authorization(self, renewed: bool) -> Mapping[str, str]:
        self._require_reserve()
        return self._token.authorization(renewed)

    def judged(self, response: httpx.Response) -> Verdict:
        said = _USED.search(response.headers.get("sforce-limit-info", ""))
        self.used = (int(said[1]), int(said[2])) if said else self.used
        told = _told(response) if response.status_code >= 400 else ""
        if response.status_code == 403 and "REQUEST_LIMIT_EXCEEDED" in told:
            return Wait(0.0, told)
        if "INVALID_SESSION_ID" in told:
            return Renew()
        return usual(response, _told)

    def _require_reserve(self) -> None:
        if self.used is None:
            return
        used, most = self.used
        if used > most * (1 - self._settings.reserve):
            raise TooManyRequests(
                f"{self.name}: {used:,} of today's {most:,} requests are used; the rest is left to others "
                f"(settings.reserve is {self._settings.reserve:.0%}). Run again tomorrow, or lower the reserve."
            )

    def _new_token(self) -> str:
        form = self._assertion() if self._settings.login == "jwt" else client_credentials(self._settings)
        told = self._door.opened(_TOKEN, form)
        home = httpx.URL(str(inside(told, "instance_url") or "")).host
        if home != self._http.base_url.host:
            raise RequestRefused(
                f"{self.name} sends its users to {home}, which the map does not name. "
                f"Write settings.url as https://{home}."
            )
        return str(inside(told, "access_token"))

    def _assertion(self) -> dict[str, str]:
        claims = {
            "iss": secret(self._settings.client_id_env), "sub": secret(self._settings.user_env),
            "aud": self._settings.audience, "exp": int(time.time()) + _LASTS,
        }  # fmt: skip
        key = self._settings.private_key_env
        return {"grant_type": _JWT_BEARER, "assertion": signed(claims, secret(key), "RS256", key)}


def _told(response: httpx.Response) -> str:
    """`CODE: message` of the first error of an answer; nothing of any other body."""
    found = told_in(response)
    first = found[0] if isinstance(found, list) and found else found
    return safe(": ".join(str(part) for part in (inside(first, "errorCode"), inside(first, "message")) if part))
