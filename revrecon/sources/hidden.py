"""Secrets that were read from the environment, and texts from outside without them.

A system may repeat in an error what it was sent. So whatever a system says is told on one short line, in which no
secret that this process has read stands, in any of the forms in which it travels, and nothing that looks like one.
"""

import base64
import os
import re
from threading import Lock
from urllib.parse import quote, urlsplit

_MOST_SAID = 200
_MOST_READ = 20_000
_SHORTEST = 4
"""Shorter ones are no secrets, and would hide half of every sentence."""

_LOOKS_SECRET = re.compile(r"[A-Za-z0-9+/_.=-]{24,}|[^@\s]+@[^@\s]+")
_NAMED_SO = re.compile("TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIAL|_KEY$|DSN")
"""What variables are called that hold the secrets of others: a system that knows one tells nothing of it either."""

_known: set[str] = set()
_lock = Lock()


def from_environment(name: str) -> str:
    """The value of a variable, empty where it is not set; from now on it is hidden wherever it is repeated."""
    value = os.environ.get(name, "")
    with _lock:
        _known.update(form for form in _forms(value) if len(form) >= _SHORTEST)
    return value


def said(text: object) -> str:
    """What a system says, on one short line, without what may be a secret or an address of a person."""
    told = _without_known(str(text or "")[:_MOST_READ])
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in told).split())
    return _LOOKS_SECRET.sub("...", line)[:_MOST_SAID]


def _without_known(text: str) -> str:
    named = {form for name, value in os.environ.items() if _NAMED_SO.search(name) and len(value) >= 2 * _SHORTEST
             for form in _forms(value)}  # fmt: skip
    with _lock:
        forms = sorted(_known | named, key=len, reverse=True)  # a part of a longer one does not break it up
    for form in (one for one in forms if len(one) >= _SHORTEST):
        text = text.replace(form, "...")
    return text


def _forms(value: str) -> set[str]:
    """A secret as it is, as it travels in addresses and forms, and the parts of an address that are secret."""
    parts = {value, value.strip(), *value.splitlines()}
    if "://" in value:
        parts |= _parts_of_address(value)
    written = {quote(part, safe="") for part in parts} | {quote(part) for part in parts}
    packed = {base64.b64encode(part.encode()).decode().rstrip("=") for part in parts if part}
    return parts | written | packed


def _parts_of_address(value: str) -> set[str]:
    try:
        parts = urlsplit(value)
    except ValueError:
        return set()
    return {part for part in (parts.password, parts.query, parts.path.strip("/"), parts.path) if part}
