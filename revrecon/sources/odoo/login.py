"""How Odoo is asked: an API key, and errors of which only the sentence is told, never the traceback beside it.

Source: Odoo's External JSON-2 API (19.0). An error is `{name, message, arguments, context, debug}`.
"""

from collections.abc import Mapping

import httpx

from revrecon.entity_map.connectors import OdooSettings
from revrecon.sources.contract import RequestRefused
from revrecon.sources.live.rows import inside
from revrecon.sources.live.wire import No, Verdict, safe, secret, told_in, usual

_OF_THE_QUESTION = frozenset(f"builtins.{name}Error" for name in ("Value", "Key", "Type", "Attribute"))


class OdooManners:
    """The login of one database. A question that it does not understand is answered with 500, as its faults are."""

    def __init__(self, name: str, settings: OdooSettings) -> None:
        self.name = f"{name} (Odoo)"
        self._settings = settings

    def authorization(self, renewed: bool) -> Mapping[str, str]:
        database = {"X-Odoo-Database": self._settings.database} if self._settings.database else {}
        return {"Authorization": f"bearer {secret(self._settings.key_env)}", **database}

    def judged(self, response: httpx.Response) -> Verdict:
        if response.status_code == 500 and inside(told_in(response), "name") in _OF_THE_QUESTION:
            return No(RequestRefused, _told(response), "Compare the map with what the system holds: revrecon doctor.")
        return usual(response, _told)


def _told(response: httpx.Response) -> str:
    return safe(inside(told_in(response), "message"))
