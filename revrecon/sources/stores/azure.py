"""A container of Azure Blob Storage or Data Lake Storage.

Source: List Blobs and Get Blob of the Blob service REST API, its Shared Key authorization, and the client credentials
flow of Microsoft's identity platform. Signatures inside of addresses (SAS) are not taken: addresses get into logs.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import parse_qsl, urlencode

import httpx

from revrecon.entity_map.stores import AzureStore
from revrecon.sources.contract import SecretMissing
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import safe, secret
from revrecon.sources.stores.contract import Checksum, Stored, paged, whole
from revrecon.sources.stores.manners import Login, Nobody, StoreManners, opened, unpacked
from revrecon.sources.stores.signing import escaped
from revrecon.sources.stores.tokens import Token
from revrecon.sources.stores.xml import Element, parsed_xml, text_at

_VERSION = "2023-11-03"


class AzureContainer:
    """One container."""

    def __init__(self, settings: AzureStore, outside: Outside) -> None:
        self.address = f"az://{settings.account}/{settings.container}"
        self._settings = settings
        login: Login = Nobody()
        if settings.login == "app":
            path = f"/{settings.tenant}/oauth2/v2.0/token"
            login = Token(self.address, settings.tokens, path, self._form, outside)
        auth = SignedForAzure(settings.account, self._key) if settings.login == "key" else _Versioned()
        rights = "read the container (role Storage Blob Data Reader)"
        manners = StoreManners(self.address, login, _code, f"container {settings.container}", rights)
        url = settings.endpoint or f"https://{settings.account}.blob.core.windows.net"
        self._wire = opened(url, manners, outside, auth)

    def listed(self, beginning: str) -> Iterator[Stored]:
        def page(mark: str) -> tuple[list[Stored], str]:
            asked = {"restype": "container", "comp": "list", "prefix": beginning, **({"marker": mark} if mark else {})}
            path = f"/{self._settings.container}?{urlencode(asked)}"
            told = parsed_xml(self._wire.ask("GET", path).content, self.address)
            files = (one for one in told.iterfind("{*}Blobs/{*}Blob") if not _is_folder(one))
            return [_stored(one) for one in files], text_at(told, "NextMarker")

        return paged(self.address, page)

    def content(self, stored: Stored) -> bytes:
        path = f"/{self._settings.container}/{escaped(stored.name, '/')}"
        told = self._wire.ask("GET", path, headers={"If-Match": stored.tag})
        sums = Checksum.of_base64("md5", told.headers.get("content-md5"))
        return unpacked(stored.name, whole(self.address, stored, told.content, sums), told)

    def _form(self) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": secret(self._settings.client_id_env),
            "client_secret": secret(self._settings.client_secret_env),
            "scope": "https://storage.azure.com/.default",
        }

    def _key(self) -> bytes:
        try:
            return base64.b64decode(secret(self._settings.key_env), validate=True)
        except ValueError as error:
            raise SecretMissing(
                f"The environment variable {self._settings.key_env} holds no account key: it is no base64."
            ) from error


class _Versioned(httpx.Auth):
    """Only says which version of the service is spoken to."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["x-ms-version"] = _VERSION
        yield request


class SignedForAzure(httpx.Auth):
    """Signs questions without a body by the account's key."""

    def __init__(self, account: str, key: Callable[[], bytes]) -> None:
        self._account, self._key = account, key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["x-ms-date"] = format_datetime(datetime.now(UTC), usegmt=True)
        request.headers["x-ms-version"] = _VERSION
        digest = hmac.new(self._key(), signed_text(request, self._account).encode(), hashlib.sha256).digest()
        request.headers["Authorization"] = f"SharedKey {self._account}:{base64.b64encode(digest).decode()}"
        yield request


def signed_text(request: httpx.Request, account: str) -> str:
    """What is signed of a question: method, If-Match among empty standard headers, x-ms headers, path and query."""
    standard = ["", "", "", "", "", "", "", request.headers.get("if-match", ""), "", "", ""]
    headers = sorted((name, value) for name, value in request.headers.items() if name.startswith("x-ms-"))
    query = sorted(parse_qsl(request.url.query.decode(), keep_blank_values=True))
    return "\n".join(
        [
            request.method,
            *standard,
            *(f"{name}:{value}" for name, value in headers),
            f"/{account}{request.url.raw_path.decode().partition('?')[0]}",
            *(f"{name}:{value}" for name, value in query),
        ]
    )


def _is_folder(one: Element) -> bool:
    return text_at(one, "Properties", "ResourceType") == "directory"


def _stored(one: Element) -> Stored:
    changed = parsedate_to_datetime(text_at(one, "Properties", "Last-Modified"))
    size, tag = int(text_at(one, "Properties", "Content-Length")), text_at(one, "Properties", "Etag")
    return Stored(text_at(one, "Name"), size, changed, tag if tag.startswith('"') else f'"{tag}"')


def _code(response: httpx.Response) -> str:
    return safe(response.headers.get("x-ms-error-code", ""))
