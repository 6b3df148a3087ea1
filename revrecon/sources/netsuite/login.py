"""How one logs in at NetSuite, machine to machine, and what its answers mean.

Sources: OAuth 2.0 client credentials flow of SuiteTalk REST (a signed assertion, PS256 or ES256), and the error
details of its REST services: what counts is the code in `o:errorDetails`, since the status differs between accounts.
"""

import time
from collections.abc import Mapping

import httpx

from revrecon.entity_map.connectors import NetSuiteSettings
from revrecon.sources.live.door import BearerToken, Door, signed
from revrecon.sources.live.rows import inside, listed
from revrecon.sources.live.wire import Renew, Verdict, Wait, safe, secret, told_in, usual

_TOKEN = "/services/rest/auth/oauth2/v1/token"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LASTS = 300  # seconds
_TOO_MANY = ("CONCURRENCY_LIMIT_EXCEEDED", "REQUEST_LIMIT_EXCEEDED", "SSS_REQUEST_LIMIT_EXCEEDED")


class NetSuiteManners:
    """The login of one account; too many at once is told by a code, whatever the status."""

    def __init__(self, name: str, settings: NetSuiteSettings, http: httpx.Client, pause: float) -> None:
        self.name = f"{name} (NetSuite)"
        self._settings = settings
        self._door = Door(self.name, http, self.judged, pause)
        self._token = BearerToken(lambda: self._door.token(_TOKEN, self._form()))

    def authorization(self, renewed: bool) -> Mapping[str, str]:
        return self._token.authorization(renewed)

    def judged(self, response: httpx.Response) -> Verdict:
        code, why = _told(response) if response.status_code >= 400 else ("", "")
        if code in _TOO_MANY:
            return Wait(0.0, code)
        return Renew() if code == "INVALID_LOGIN" else usual(response, lambda _: why)

    def _form(self) -> dict[str, str]:
        now = int(time.time())
        claims = {
            "iss": secret(self._settings.client_id_env), "scope": ["rest_webservices"],
            "aud": f"{self._settings.url}{_TOKEN}", "iat": now, "exp": now + _LASTS,
        }  # fmt: skip
        key = secret(self._settings.private_key_env)
        headers = {"kid": secret(self._settings.certificate_env)}
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION,
            "client_assertion": signed(claims, key, self._settings.algorithm, self._settings.private_key_env, headers),
        }


def _told(response: httpx.Response) -> tuple[str, str]:
    """The code of the first error, and what it says."""
    found = told_in(response)
    first = next(iter(listed(inside(found, "o:errorDetails"))), {})
    return str(inside(first, "o:errorCode") or ""), safe(inside(first, "detail") or inside(found, "title"))
