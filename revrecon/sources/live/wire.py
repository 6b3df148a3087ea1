"""The one way to ask a system over HTTP: the login renewed once, waits as it asks for them, errors told and filtered.

Questions change nothing, so every one may be asked again; a change is told again only where it was surely not made.
Nothing follows a redirect or leaves for another host.
"""

import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import httpx
import stamina

from revrecon.sources import hidden
from revrecon.sources.contract import (
    LoginRefused,
    NobodyKnows,
    RequestRefused,
    SecretMissing,
    SourceError,
    SourceUnreachable,
    TooManyRequests,
)
from revrecon.sources.hidden import from_environment
from revrecon.sources.live.rows import Json
from revrecon.sources.network import NOT_SENT, GoesElsewhere, outwards

stamina.instrumentation.set_on_retry_hooks([])  # troubles are kept with their messages, and told from there

Method = Literal["GET", "POST", "PATCH", "DELETE"]
Params = Mapping[str, str | int | Sequence[str]]
_TIMEOUT = httpx.Timeout(120.0, connect=10.0)


@dataclass(frozen=True)
class Fine:
    """The answer is one."""


@dataclass(frozen=True)
class Wait:
    """The system asks for a pause of so many seconds (its own rhythm where 0)."""

    seconds: float
    why: str


@dataclass(frozen=True)
class Renew:
    """The login has run out."""


@dataclass(frozen=True)
class No:
    """The system refuses; `trouble` says how that is to be told."""

    trouble: type[SourceError]
    why: str
    next_step: str


Verdict = Fine | Wait | Renew | No


class Manners(Protocol):
    """How one system wants to be asked, and what its answers mean."""

    name: str

    def authorization(self, renewed: bool) -> Mapping[str, str]:
        """The headers of a login, made anew where `renewed`."""
        ...

    def judged(self, response: httpx.Response) -> Verdict:
        """What an answer means, by the system's own signals."""
        ...


class _Again(Exception):
    """One more try, after a pause."""

    def __init__(self, seconds: float, told: SourceError) -> None:
        super().__init__(str(told))
        self.seconds, self.told = seconds, told


class Wire:
    """Questions to one system. `patience`: the seconds that are waited for one answer, at most."""

    def __init__(
        self, http: httpx.Client, manners: Manners, tries: int = 6, pause: float = 0.5, patience: float = 300.0
    ) -> None:
        self.http, self.manners = http, manners
        self.patience = patience
        weakref.finalize(self, http.close)  # connections end with whoever asked over them
        self._again = stamina.RetryingCaller(
            attempts=tries, timeout=2 * patience, wait_initial=pause, wait_max=30.0, wait_jitter=pause
        )

    def ask(
        self, method: Method, path: str, *, params: Params | None = None, json: object = None,
        content: bytes | None = None, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
        logged_in: bool = True, changes: bool = False,
    ) -> httpx.Response:  # fmt: skip
        """A good answer. Raises LoginRefused, RequestRefused, TooManyRequests and SourceUnreachable.

        `changes`: it is no question. Where nobody knows whether it was done, it is not told again: NobodyKnows.
        """
        renewed = False

        def once() -> httpx.Response:
            nonlocal renewed
            login = self.manners.authorization(renewed) if logged_in else {}
            request = self.http.build_request(
                method, path, params=params, json=json, content=content, data=form,
                headers={**(headers or {}), **login},
            )  # fmt: skip
            self._stay_home(request)
            response = self._sent(request, changes)
            if changes and (response.status_code >= 500 or response.status_code == 408):
                raise self._nobody_knows(f"it answered {response.status_code}")
            verdict = self.manners.judged(response)
            if isinstance(verdict, Renew) and not renewed and logged_in:
                renewed = True
                raise _Again(0.0, LoginRefused(f"{self.manners.name}: the login has run out."))
            return self._judged(verdict, response)

        try:
            return self._again(_pause, once)
        except _Again as given_up:
            raise given_up.told from given_up

    def _sent(self, request: httpx.Request, changes: bool) -> httpx.Response:
        try:
            return self.http.send(request)
        except GoesElsewhere as trouble:
            raise RequestRefused(f"{self.manners.name}: {trouble}") from trouble
        except httpx.TransportError as error:
            if changes and not isinstance(error, NOT_SENT):
                raise self._nobody_knows(type(error).__name__) from error
            told = SourceUnreachable(
                f"{self.manners.name} did not answer ({type(error).__name__}). It is asked again on the next run."
            )
            raise _Again(-1.0, told) from error

    def _nobody_knows(self, why: str) -> NobodyKnows:
        return NobodyKnows(
            f"{self.manners.name} was told to change something, and nobody knows whether it did ({why})."
        )

    def _judged(self, verdict: Verdict, response: httpx.Response) -> httpx.Response:
        name, status = self.manners.name, response.status_code
        match verdict:
            case Fine():
                return response
            case Wait(seconds, why):
                told = TooManyRequests(f"{name} wants to be asked less often ({why}). Run again later.")
                if seconds > self.patience:
                    raise told
                raise _Again(seconds or -1.0, told)
            case Renew():
                raise LoginRefused(f"{name} answered {status} to a new login. Renew the secret in the environment.")
            case No(trouble, why, next_step):
                raise trouble(f"{name} answered {status}{f': {why}' if why else ''}. {next_step}")

    def _stay_home(self, request: httpx.Request) -> None:
        if request.url.host != self.http.base_url.host:
            raise RequestRefused(
                f"{self.manners.name} points to {request.url.host}, which the map does not name. Nothing went there."
            )


def _pause(trouble: Exception) -> bool | float:
    """How long to wait before one more try: what the system said, else stamina's own growing pauses."""
    if not isinstance(trouble, _Again):
        return False
    return trouble.seconds if trouble.seconds >= 0 else True


def client(
    url: str, headers: Mapping[str, str] | None = None, transport: httpx.BaseTransport | None = None
) -> httpx.Client:
    """A client that follows no redirect."""
    http = httpx.Client(base_url=url, headers=headers, transport=transport, timeout=_TIMEOUT, follow_redirects=False)
    return outwards(transport, http)


def secret(name: str) -> str:
    """A secret from the environment. Raises SecretMissing."""
    value = from_environment(name)
    if not value:
        raise SecretMissing(f"The environment variable {name} is not set. Set it where RevRecon runs, and run again.")
    return value


def usual(response: httpx.Response, told: Callable[[httpx.Response], str]) -> Verdict:
    """What an answer means by its status alone; `told` finds the system's own words in it."""
    status = response.status_code
    if status < 300:
        return Fine()
    if status < 400:
        return No(RequestRefused, "it points somewhere else", "Correct the address in the map.")
    if status == 401:
        return Renew()
    if status == 403:
        return No(LoginRefused, told(response), "Give the login the rights that docs/connectors.md names.")
    if status == 429:
        return Wait(asked_to_wait(response), told(response) or "429")
    if status in (408, 425) or status >= 500:
        return Wait(0.0, f"it answered {status}")
    return No(RequestRefused, told(response), "Compare the map with what the system holds: revrecon doctor.")


def asked_to_wait(response: httpx.Response) -> float:
    """The seconds of Retry-After; 0 where it says nothing usable."""
    asked = response.headers.get("retry-after", "")
    return float(asked) if asked.isdigit() else 0.0


def told_in(response: httpx.Response) -> Json:
    """What an answer tells as JSON; None where it is none, such as the page of a gateway before the system."""
    try:
        found: Json = response.json()
    except ValueError:
        return None
    return found


def safe(said: object) -> str:
    """What a system says of an error, on one short line, without what may be a secret or an address of a person."""
    return hidden.said(said)
