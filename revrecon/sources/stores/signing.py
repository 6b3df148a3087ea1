"""Signatures of questions to S3: AWS Signature Version 4, in headers.

Source: Signature Version 4 for API requests, and the examples of its description for Amazon S3.
"""

import hashlib
import hmac
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

import httpx

_ALGORITHM = "AWS4-HMAC-SHA256"
_NOTHING = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Key:
    """An access key, with the token of its session where it is a temporary one."""

    key_id: str
    secret: str
    session: str = ""


class SignedForS3(httpx.Auth):
    """Signs questions without a body; `now` is the clock in UTC."""

    def __init__(self, key: Callable[[], Key], region: str, now: Callable[[], datetime]) -> None:
        self._key, self._region, self._now = key, region, now

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        key, moment = self._key(), self._now().astimezone(UTC)
        request.headers["x-amz-date"] = f"{moment:%Y%m%dT%H%M%SZ}"
        request.headers["x-amz-content-sha256"] = _NOTHING
        if key.session:
            request.headers["x-amz-security-token"] = key.session
        request.headers["Authorization"] = signature(request, key, self._region, moment)
        yield request


def signature(request: httpx.Request, key: Key, region: str, moment: datetime) -> str:
    """The Authorization header of a question: its method, path, query, host, range and x-amz headers are signed."""
    headers = {name: value.strip() for name, value in request.headers.items() if _is_signed(name)}
    names = ";".join(sorted(headers))
    asked = "\n".join(
        [
            request.method,
            request.url.raw_path.decode().partition("?")[0],
            _query(request.url.query.decode()),
            *(f"{name}:{headers[name]}" for name in sorted(headers)),
            "",
            names,
            headers["x-amz-content-sha256"],
        ]
    )
    scope = f"{moment:%Y%m%d}/{region}/s3/aws4_request"
    digest = hashlib.sha256(asked.encode()).hexdigest()
    text = f"{_ALGORITHM}\n{moment:%Y%m%dT%H%M%SZ}\n{scope}\n{digest}"
    signed = _keyed(_signing_key(key.secret, scope), text).hex()
    return f"{_ALGORITHM} Credential={key.key_id}/{scope},SignedHeaders={names},Signature={signed}"


def _is_signed(name: str) -> bool:
    return name in ("host", "range") or name.startswith("x-amz-")


def _query(query: str) -> str:
    pairs = sorted((escaped(name), escaped(value)) for name, value in parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{name}={value}" for name, value in pairs)


def escaped(text: str, safe: str = "") -> str:
    """Text as it stands in an address that is signed."""
    return quote(text, safe=f"-_.~{safe}")


def _signing_key(secret: str, scope: str) -> bytes:
    found = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        found = _keyed(found, part)
    return found


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
