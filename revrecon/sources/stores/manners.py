"""What the answers of a store that is asked over HTTP mean, whoever runs it."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import httpx

from revrecon.sources.contract import IncompleteExtract, LoginRefused, RequestRefused
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import Fine, No, Renew, Verdict, Wire, client, safe, usual

_STORED_AS = "x-stored-content-encoding"


class Login(Protocol):
    """How a store is logged into."""

    renews: bool
    """Whether a login that was refused may have run out."""

    def headers(self, renewed: bool) -> Mapping[str, str]:
        """The headers of a login, made anew where `renewed`. Raises LoginRefused and SecretMissing."""
        ...


class Nobody:
    """No login."""

    renews = False

    def headers(self, renewed: bool) -> Mapping[str, str]:
        return {}


@dataclass
class StoreManners:
    """One store's manners; `code` finds the store's own word for an error in an answer."""

    name: str
    login: Login
    code: Callable[[httpx.Response], str]
    what: str  # what it keeps files in, such as `bucket exports`
    rights: str  # what the login needs

    def authorization(self, renewed: bool) -> Mapping[str, str]:
        return self.login.headers(renewed)

    def judged(self, response: httpx.Response) -> Verdict:
        status, code = response.status_code, self.code(response) if response.status_code >= 300 else ""
        if status < 300:
            return Fine()
        if status == 401 and self.login.renews:
            return Renew()
        if status in (401, 403):
            return No(LoginRefused, code, f"Check the login's secrets, and give it the right to {self.rights}.")
        if status < 400:
            region = response.headers.get("x-amz-bucket-region")
            told = f"it points somewhere else{f', to region {safe(region)}' if region else ''}"
            return No(RequestRefused, told, "Correct the store's settings; nothing went there.")
        if status == 404 and code not in ("NoSuchKey", "BlobNotFound", "object"):
            return No(RequestRefused, code, f"There is no {self.what}. Correct the store's settings in the map.")
        if status in (404, 412):
            return No(IncompleteExtract, code, "A file changed, or went away, while it was read. Run again.")
        if status < 500 and status not in (408, 425, 429):
            return No(RequestRefused, code, "Correct the store's settings in the map.")
        return usual(response, lambda _: code)


def opened(url: str, manners: StoreManners, outside: Outside, auth: httpx.Auth | None = None) -> Wire:
    """The wire to a store. Files come as they are stored, even where the store says that they are compressed."""
    http = client(url, {"Accept-Encoding": "identity"}, outside.transport)
    http.event_hooks = {"response": [_as_stored]}
    if auth is not None:
        http.auth = auth
    manners = replace(manners, name=f"{manners.name} ({http.base_url.host})")
    return Wire(http, manners, pause=outside.pause)


def _as_stored(response: httpx.Response) -> None:
    encoding = response.headers.pop("content-encoding", None)
    if encoding is not None:
        response.headers[_STORED_AS] = encoding


def unpacked(name: str, content: bytes, response: httpx.Response) -> bytes:
    """A content that was packed for the way only: gzip that the file's name does not tell of."""
    packed = response.headers.get(_STORED_AS) == "gzip" and not name.lower().endswith(".gz")
    try:
        return gzip.decompress(content) if packed else content
    except (OSError, EOFError) as error:
        raise IncompleteExtract(f"{name} is said to be packed with gzip and is not. Export it again.") from error
