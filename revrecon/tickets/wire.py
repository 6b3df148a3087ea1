"""The one way to the outside over HTTP: short retries, and every failure told by what is known of the other side."""

import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal, TypeVar

import httpx
import stamina
from pydantic import BaseModel, ConfigDict, ValidationError

from revrecon.sources.hidden import from_environment, said
from revrecon.sources.network import NOT_SENT, GoesElsewhere, outwards
from revrecon.tickets.trouble import Gone, Refused, SecretMissing, TryLater, Unsure

stamina.instrumentation.set_on_retry_hooks([])  # troubles are kept with their messages, and told from there

Method = Literal["GET", "POST", "PATCH", "PUT"]
Params = Mapping[str, str | int]
_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_CHANGED_MEANWHILE = 412


def client(
    url: str = "", auth: tuple[str, str] | None = None, headers: Mapping[str, str] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client:  # fmt: skip
    """A client that follows no redirect, so that no secret and no ticket goes where nobody sent it."""
    http = httpx.Client(
        base_url=url, auth=auth, headers=headers, transport=transport, timeout=_TIMEOUT, follow_redirects=False
    )
    return outwards(transport, http)


def secret(name: str) -> str:
    """A secret from the environment. Raises SecretMissing."""
    value = from_environment(name)
    if not value:
        raise SecretMissing(
            f"The environment variable {name} is not set. Set it where RevRecon runs, and deliver again."
        )
    return value


class Answer(BaseModel):
    """What is read of an answer: the keys that a tracker promises and that are looked at, no others."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


A = TypeVar("A", bound=BaseModel)


class Wire:
    """Requests to one system. `tries` and `pause` bound what is waited here; longer waits are the outbox's."""

    def __init__(
        self, name: str, http: httpx.Client, tries: int = 3, pause: float = 0.5, longest: float = 10.0
    ) -> None:
        self.name, self.http = name, http
        weakref.finalize(self, http.close)  # connections end with whoever asked over them
        self.tries, self.pause, self.longest = tries, pause, longest

    def ask(
        self, method: Method, path: str, *, repeatable: bool, json: object = None,
        params: Params | None = None, headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:  # fmt: skip
        """An answer below 400. Raises Gone (404, 410), Refused, TryLater or Unsure.

        `repeatable` requests are tried again whatever was lost; others only where they were surely not carried out.
        """
        request = self.http.build_request(method, path, json=json, params=params, headers=headers, content=content)
        again = stamina.RetryingCaller(
            attempts=self.tries, timeout=4 * self.longest, wait_initial=self.pause, wait_max=self.longest,
            wait_jitter=self.pause,
        )  # fmt: skip
        return again(self._wait_before_again(repeatable), self._once, request)

    def read(self, form: type[A], answer: httpx.Response) -> A:
        """What an answer says. Raises Unsure where it has another form, such as the page of a login in between."""
        try:
            return form.model_validate_json(answer.content)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise Unsure(
                f"{self.name} answered {answer.status_code} in another form than it promises "
                f"({place + ': ' if place else ''}{said(first['msg'])}). Does something stand in between?"
            ) from None

    def _wait_before_again(self, repeatable: bool) -> Callable[[Exception], bool | float]:
        def decide(trouble: Exception) -> bool | float:
            if isinstance(trouble, TryLater) and trouble.after.total_seconds() > self.longest:
                return False
            if isinstance(trouble, TryLater) and trouble.after:
                return trouble.after.total_seconds()
            return isinstance(trouble, TryLater) or (repeatable and isinstance(trouble, Unsure))

        return decide

    def _once(self, request: httpx.Request) -> httpx.Response:
        try:
            response = self.http.send(request)
        except GoesElsewhere as trouble:
            raise Refused(f"{self.name}: {trouble}") from trouble
        except NOT_SENT as error:
            raise TryLater(f"{self.name} cannot be reached ({type(error).__name__}). Is its address right?") from error
        except httpx.TransportError as error:
            raise Unsure(f"The answer of {self.name} was lost ({type(error).__name__}).") from error
        return self._judged(response)

    def _judged(self, response: httpx.Response) -> httpx.Response:
        status = response.status_code
        if status < 300:
            return response
        told = f"{self.name} answered {status}{_reason(response)}"
        if status == 429 or (status == 403 and _is_a_limit(response)):
            raise TryLater(f"{told}: too many requests.", _asked_to_wait(response))
        if status == _CHANGED_MEANWHILE:
            raise TryLater(f"{told}: someone else wrote at the same time.")
        if status >= 500:
            raise Unsure(f"{told}; it may have done it or not.")
        if status in (404, 410):
            raise Gone(f"{told}: it is not there, or not for this login.")
        raise Refused(f"{told}. {_next_step(status)}")


def _next_step(status: int) -> str:
    if status < 400:
        return "It points somewhere else: correct the address in the map or in the environment."
    if status == 401:
        return "Renew the secret in the environment."
    if status == 403:
        return "Give the login the rights that docs/trackers.md names."
    return "Compare the tracker's settings in the map with docs/trackers.md."


def _is_a_limit(response: httpx.Response) -> bool:
    """A 403 that means wait and not forbidden, as GitHub's secondary limits do."""
    return "retry-after" in response.headers or response.headers.get("x-ratelimit-remaining") == "0"


def _asked_to_wait(response: httpx.Response) -> timedelta:
    """What Retry-After says, in seconds or as a moment, or the moment at which a limit is reset."""
    asked = response.headers.get("retry-after", "")
    if asked.isdigit():
        return timedelta(seconds=int(asked))
    reset = response.headers.get("x-ratelimit-reset", "")
    if not asked and reset.isdigit():
        return max(datetime.fromtimestamp(int(reset), UTC) - datetime.now(UTC), timedelta(0))
    try:
        return max(parsedate_to_datetime(asked) - datetime.now(UTC), timedelta(0))
    except (ValueError, TypeError):
        return timedelta(0)


def _reason(response: httpx.Response) -> str:
    """What the other side says, on one line, short and without secrets: an error page may hold anything."""
    line = said(response.text)
    return f" ({line})" if line else ""
