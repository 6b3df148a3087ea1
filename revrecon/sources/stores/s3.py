"""A bucket of S3, or of a server that speaks like it.

Source: ListObjectsV2 and GetObject of the S3 REST API.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlencode

import httpx

from revrecon.entity_map.stores import S3Store
from revrecon.sources.live.system import Outside
from revrecon.sources.live.wire import safe, secret
from revrecon.sources.stores.contract import Checksum, Stored, paged, whole
from revrecon.sources.stores.manners import Nobody, StoreManners, opened, unpacked
from revrecon.sources.stores.signing import Key, SignedForS3, escaped
from revrecon.sources.stores.xml import Element, parsed_xml, text_at

_MD5_TAG = re.compile(r'^"([0-9a-f]{32})"$')
_OTHER_TAG = ("x-amz-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-aws-kms-key-id")


class S3Bucket:
    """One bucket."""

    def __init__(self, settings: S3Store, outside: Outside) -> None:
        self.address = f"s3://{settings.bucket}"
        self._settings = settings
        url, self._path = _place(settings)
        auth = SignedForS3(self._key, settings.region, outside.now) if settings.login == "key" else None
        rights = "list the bucket (s3:ListBucket) and to read its files (s3:GetObject)"
        manners = StoreManners(self.address, Nobody(), _code, f"bucket {settings.bucket}", rights)
        self._wire = opened(url, manners, outside, auth)

    def listed(self, beginning: str) -> Iterator[Stored]:
        def page(mark: str) -> tuple[list[Stored], str]:
            asked = {"list-type": "2", "prefix": beginning, **({"continuation-token": mark} if mark else {})}
            told = parsed_xml(self._wire.ask("GET", f"{self._path}/?{urlencode(asked)}").content, self.address)
            more = text_at(told, "IsTruncated") == "true"
            found = [_stored(one) for one in told.iterfind("{*}Contents")]
            return found, text_at(told, "NextContinuationToken") if more else ""

        return paged(self.address, page)

    def content(self, stored: Stored) -> bytes:
        headers = {"If-Match": stored.tag, "x-amz-checksum-mode": "ENABLED"}
        told = self._wire.ask("GET", f"{self._path}/{escaped(stored.name, '/')}", headers=headers)
        return unpacked(stored.name, whole(self.address, stored, told.content, _sums(told.headers)), told)

    def _key(self) -> Key:
        session = secret(self._settings.session_env) if self._settings.session_env else ""
        return Key(secret(self._settings.key_id_env), secret(self._settings.secret_env), session)


def _place(settings: S3Store) -> tuple[str, str]:
    """The address and the path of a bucket; a dotted name fits no certificate, and stands in the path."""
    if settings.endpoint is not None:
        return settings.endpoint, f"/{settings.bucket}"
    end = "amazonaws.com.cn" if settings.region.startswith("cn-") else "amazonaws.com"
    if "." in settings.bucket:
        return f"https://s3.{settings.region}.{end}", f"/{settings.bucket}"
    return f"https://{settings.bucket}.s3.{settings.region}.{end}", ""


def _stored(one: Element) -> Stored:
    changed = datetime.fromisoformat(text_at(one, "LastModified"))
    return Stored(text_at(one, "Key"), int(text_at(one, "Size")), changed, text_at(one, "ETag"))


def _sums(headers: Mapping[str, str]) -> list[Checksum]:
    """The sums that are those of the whole content; a tag is an MD5 sum but for files in parts or under other keys."""
    found = [
        *Checksum.of_base64("sha256", headers.get("x-amz-checksum-sha256")),
        *Checksum.of_base64("sha1", headers.get("x-amz-checksum-sha1")),
        *Checksum.of_base64("crc32", headers.get("x-amz-checksum-crc32")),
    ]
    tag = _MD5_TAG.match(headers.get("etag", ""))
    if tag and not any(name in headers for name in _OTHER_TAG):
        found.append(Checksum("md5", bytes.fromhex(tag[1])))
    return [] if headers.get("x-amz-checksum-type") == "COMPOSITE" else found


def _code(response: httpx.Response) -> str:
    return safe(text_at(parsed_xml(response.content, ""), "Code")) if b"<Error>" in response.content else ""
