"""The door: an OAuth token for a form, and tokens that are signed with a private key."""

from collections.abc import Callable, Mapping
from typing import Protocol

import httpx
import jwt

from revrecon.sources.contract import LoginRefused, RequestRefused, SecretMissing
from revrecon.sources.live.rows import Json, inside, parsed
from revrecon.sources.live.wire import Renew, Verdict, Wait, Wire, safe, secret


class ClientCredentials(Protocol):
    """Settings that name the environment variables of a client's id and of its secret."""

    @property
    def client_id_env(self) -> str: ...

    @property
    def client_secret_env(self) -> str: ...


class _AtTheDoor:
    """Whoever stands before the door has no login yet."""

    def __init__(self, name: str, judged: Callable[[httpx.Response], Verdict]) -> None:
        self.name, self._judged = name, judged

    def authorization(self, renewed: bool) -> Mapping[str, str]:
        return {}

    def judged(self, response: httpx.Response) -> Verdict:
        verdict = self._judged(response)
        refused = response.status_code in (400, 401, 403) and not isinstance(verdict, Wait)
        return Renew() if refused else verdict


class BearerToken:
    """The token of a login, fetched when it is first needed, and again where it has run out."""

    def __init__(self, fetched: Callable[[], str]) -> None:
        self._fetched = fetched
        self._held = ""

    def authorization(self, renewed: bool) -> Mapping[str, str]:
        """The header that shows it; `renewed` asks for a fresh one."""
        if renewed or not self._held:
            self._held = self._fetched()
        return {"Authorization": f"Bearer {self._held}"}


class Door:
    """Where a system gives out tokens; `judged` knows how it says that it is busy."""

    def __init__(
        self, name: str, http: httpx.Client, judged: Callable[[httpx.Response], Verdict], pause: float
    ) -> None:
        self.name = name
        self._wire = Wire(http, _AtTheDoor(name, judged), pause=pause)

    def opened(self, path: str, form: Mapping[str, str]) -> Json:
        """The answer that holds `access_token`. Raises LoginRefused in words that name no secret."""
        try:
            response = self._wire.ask("POST", path, form=form, logged_in=False)
        except (LoginRefused, RequestRefused) as error:
            raise LoginRefused(
                f"{self.name} refused the login. Check the names of the environment variables in the map, what they "
                "hold, and that the login is allowed to use this way in."
            ) from error
        told = parsed(response.content, self.name)
        if not inside(told, "access_token"):
            raise LoginRefused(f"{self.name} gave no token{_because(told)}.")
        return told

    def token(self, path: str, form: Mapping[str, str]) -> str:
        """The `access_token` of that answer. Raises LoginRefused."""
        return str(inside(self.opened(path, form), "access_token"))


def client_credentials(settings: ClientCredentials) -> dict[str, str]:
    """The form of OAuth 2.0's client credentials (RFC 6749, 4.4). Raises SecretMissing."""
    return {
        "grant_type": "client_credentials",
        "client_id": secret(settings.client_id_env),
        "client_secret": secret(settings.client_secret_env),
    }


def _because(told: Json) -> str:
    why = [safe(inside(told, name)) for name in ("error", "error_description") if inside(told, name)]
    return f" ({': '.join(why)})" if why else ""


def signed(
    claims: Mapping[str, object], key: str, algorithm: str, named: str, headers: Mapping[str, str] | None = None
) -> str:
    """A JSON Web Token. Raises SecretMissing where the variable `named` holds no such private key."""
    try:
        return jwt.encode(dict(claims), key.replace("\\n", "\n"), algorithm=algorithm, headers=dict(headers or {}))
    except (ValueError, TypeError, jwt.PyJWTError) as error:
        raise SecretMissing(
            f"The environment variable {named} holds no private key for {algorithm} in PEM form "
            f"({type(error).__name__})."
        ) from error
