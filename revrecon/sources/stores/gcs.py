"""A bucket of Google Cloud Storage.

Source: objects.list and objects.get of its JSON API, and OAuth 2.0 for service accounts.
"""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlencode

import httpx

from revrecon.entity_map.stores import GcsStore
from revrecon.sources.contract import SecretMissing
from revrecon.sources.live.door import signed
from revrecon.sources.live.rows import Json, inside, listed, parsed
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import safe, secret, told_in
from revrecon.sources.stores.contract import Checksum, Stored, paged, whole
from revrecon.sources.stores.manners import Nobody, StoreManners, opened, unpacked
from revrecon.sources.stores.signing import escaped
from revrecon.sources.stores.tokens import Token

_READING = "https://www.googleapis.com/auth/devstorage.read_only"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LASTS = 3600  # seconds
_TOLD = "items(name,size,updated,generation,md5Hash),nextPageToken"


class GcsBucket:
    """One bucket."""

    def __init__(self, settings: GcsStore, outside: Outside) -> None:
        self.address = f"gs://{settings.bucket}"
        self._settings, self._now = settings, outside.now
        login = Nobody() if settings.login == "nobody" else Token(
            self.address, settings.tokens, "/token", self._form, outside
        )  # fmt: skip
        rights = "list the bucket and to read its files (roles/storage.objectViewer)"
        manners = StoreManners(self.address, login, _code, f"bucket {settings.bucket}", rights)
        self._wire = opened(settings.endpoint, manners, outside)
        self._path = f"/storage/v1/b/{escaped(settings.bucket)}/o"

    def listed(self, beginning: str) -> Iterator[Stored]:
        def page(mark: str) -> tuple[list[Stored], str]:
            asked = {"prefix": beginning, "fields": _TOLD, **({"pageToken": mark} if mark else {})}
            told = parsed(self._wire.ask("GET", f"{self._path}?{urlencode(asked)}").content, self.address)
            return [_stored(one) for one in listed(inside(told, "items"))], str(inside(told, "nextPageToken") or "")

        return paged(self.address, page)

    def content(self, stored: Stored) -> bytes:
        """By its generation, so that it is the very content that was listed."""
        generation, _, md5 = stored.tag.partition(" ")
        asked = {"alt": "media", "generation": generation}
        told = self._wire.ask("GET", f"{self._path}/{escaped(stored.name)}?{urlencode(asked)}")
        sums = Checksum.of_base64("md5", md5)
        return unpacked(stored.name, whole(self.address, stored, told.content, sums), told)

    def _form(self) -> dict[str, str]:
        key, named = _key(secret(self._settings.key_env), self._settings.key_env), self._settings.key_env
        now = int(time.time())
        claims = {
            "iss": inside(key, "client_email"), "scope": _READING, "aud": f"{self._settings.tokens}/token",
            "iat": now, "exp": now + _LASTS,
        }  # fmt: skip
        return {"grant_type": _GRANT, "assertion": signed(claims, str(inside(key, "private_key")), "RS256", named)}


def _key(text: str, named: str) -> Json:
    try:
        found: Json = json.loads(text)
    except ValueError:
        found = None
    if not inside(found, "client_email") or not inside(found, "private_key"):
        raise SecretMissing(
            f"The environment variable {named} holds no key of a service account. Put the whole key file (JSON) there."
        )
    return found


def _stored(told: Mapping[str, Json]) -> Stored:
    tag = f"{inside(told, 'generation')} {inside(told, 'md5Hash') or ''}"
    changed = datetime.fromisoformat(str(inside(told, "updated")))
    return Stored(str(inside(told, "name")), int(str(inside(told, "size"))), changed, tag)


def _code(response: httpx.Response) -> str:
    """The reason that is told; that an object is not there is told apart from a bucket that is not."""
    first = next(iter(listed(inside(told_in(response), "error", "errors"))), {})
    of_object = response.status_code == 404 and "No such object" in str(inside(first, "message"))
    return "object" if of_object else safe(inside(first, "reason"))
