"""Addresses outside, and the names of the secrets that go there: a map holds no secret itself."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.username or parts.password:
        raise ValueError("an address must not hold a name or password; name the environment variable that holds it")
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return value.rstrip("/")
    raise ValueError(f"'{value}' is no safe address; write https://..., or http:// on this machine only")


EnvName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""The name of an environment variable that holds a secret."""

Url = Annotated[str, AfterValidator(_web_address)]
"""An https address without secrets; http only on the machine itself."""
