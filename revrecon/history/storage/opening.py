"""Opening an object store: its library, its login from the environment, and how long it is waited for."""

import ipaddress
import os
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from revrecon.history.storage.trouble import StorageTrouble, told_of

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

RETRIED_FOR = timedelta(minutes=2)
"""How long a store that does not answer, or answers that it cannot now, is asked again."""

_ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT")


def opened(address: str) -> "ObjectStore":
    """The store below an address, with a login from the environment. Raises StorageTrouble."""
    try:
        from obstore.store import LocalStore, from_url
    except ImportError as error:
        raise StorageTrouble(
            f"{address} needs one more library. Install it: pip install 'revrecon[objectstore]'."
        ) from error
    client: ClientConfig = {"allow_http": _is_http_here(), "timeout": "30min", "read_timeout": "60s"}
    retry: RetryConfig = {"max_retries": 5, "retry_timeout": RETRIED_FOR}
    with told_of(address):
        if address.startswith("file:"):
            return LocalStore(urlsplit(address).path, mkdir=True)
        if address.startswith("s3:"):
            return from_url(address, client_options=client, retry_config=retry, config={"checksum_algorithm": "SHA256"})
        return from_url(address, client_options=client, retry_config=retry)


def _is_http_here() -> bool:
    """Whether an endpoint of this machine is named that speaks plain HTTP. Raises StorageTrouble for any other such."""
    plain = [(name, os.environ[name]) for name in _ENDPOINTS if os.environ.get(name, "").startswith("http://")]
    for name, url in plain:
        if not _is_here(urlsplit(url).hostname or ""):
            raise StorageTrouble(f"{name} is {url}: an endpoint is https; http is taken on this machine only.")
    return bool(plain)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
