"""How HubSpot is asked: a service key, limits by policy, and an own, slower rhythm for search.

Source: HubSpot's usage guidelines and error handling pages.
"""

from collections.abc import Mapping

import httpx

from revrecon.entity_map.connectors import HubSpotSettings
from revrecon.sources.hubspot.associations import only_lacks_links
from revrecon.sources.live.rows import inside
from revrecon.sources.live.wire import Fine, Verdict, Wait, asked_to_wait, safe, secret, told_in, usual

_TOMORROW = 86_400.0
_WAITS = {"DAILY": _TOMORROW, "TEN_SECONDLY_ROLLING": 10.0, "SECONDLY": 1.0}


class HubSpotManners:
    """The login of one account. Every answer names what is left of ten seconds; search says nothing of it."""

    def __init__(self, name: str, settings: HubSpotSettings) -> None:
        self.name = f"{name} (HubSpot)"
        self._settings = settings

    def authorization(self, renewed: bool) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {secret(self._settings.token_env)}"}

    def judged(self, response: httpx.Response) -> Verdict:
        if response.status_code == 429:
            policy = str(inside(told_in(response), "policyName") or "")
            return Wait(asked_to_wait(response) or _WAITS.get(policy, 10.0), f"limit {policy or 'reached'}")
        if response.status_code in (423, 477):
            return Wait(max(asked_to_wait(response), 2.0), "the account is locked for a moment")
        if response.status_code == 207 and not only_lacks_links(told_in(response)) and not _of_a_batch(response):
            return Wait(0.0, "only a part of the answer came")
        verdict = usual(response, _told)
        return verdict if not isinstance(verdict, Fine) or response.content else Wait(0.0, "an empty answer")


def _of_a_batch(response: httpx.Response) -> bool:
    """Whether an answer speaks of each record by itself."""
    path = response.request.url.path
    return path.startswith("/crm/objects/") and path.endswith(("/batch/read", "/batch/update"))


def _told(response: httpx.Response) -> str:
    return safe(inside(told_in(response), "message"))
