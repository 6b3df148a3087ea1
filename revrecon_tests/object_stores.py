"""Real object stores for tests: moto as S3 (MOTO_SERVER or on the PATH), Azurite as Azure (AZURITE or on the PATH)."""

import base64
import datetime as dt
import hashlib
import hmac
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from revrecon.sources.stores.azure import signed_text
from revrecon_tests.servers import free_port, serving

MOTO = os.environ.get("MOTO_SERVER") or shutil.which("moto_server")
AZURITE = os.environ.get("AZURITE") or shutil.which("azurite-blob")
KEY = base64.b64encode(b"a key that is only a test's").decode()
with_moto = pytest.mark.skipif(
    MOTO is None, reason="moto is not here: pip install 'moto[server]' in a venv, set MOTO_SERVER"
)
with_azurite = pytest.mark.skipif(AZURITE is None, reason="Azurite is not here: npm install azurite, set AZURITE")


class Writing(httpx.Auth):
    """Signs what is written to Azure, too: its length is told beside what a question tells."""

    def auth_flow(self, request):
        request.headers["x-ms-date"] = format_datetime(dt.datetime.now(dt.UTC), usegmt=True)
        request.headers["x-ms-version"] = "2023-11-03"
        lines = signed_text(request, "acme").split("\n")
        lines[3] = request.headers["content-length"].removeprefix("0")
        digest = hmac.new(base64.b64decode(KEY), "\n".join(lines).encode(), hashlib.sha256).digest()
        request.headers["Authorization"] = f"SharedKey acme:{base64.b64encode(digest).decode()}"
        yield request


@contextmanager
def moto(folder: Path, bucket: str) -> Iterator[httpx.Client]:
    """A server that speaks like S3 and checks no secret, with an empty bucket."""
    port = free_port()
    with (
        serving([MOTO, "-H", "127.0.0.1", "-p", str(port)], port, folder / "moto.log") as url,
        httpx.Client(base_url=url, timeout=30) as http,
    ):
        http.put(f"/{bucket}").raise_for_status()
        yield http


@contextmanager
def azurite(folder: Path, container: str) -> Iterator[httpx.Client]:
    """A server that speaks like Azure and checks signatures by KEY, with an empty container."""
    port = free_port()
    command = [AZURITE, "--silent", "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder)]
    with (
        serving(command, port, folder / "azurite.log", AZURITE_ACCOUNTS=f"acme:{KEY}") as url,
        httpx.Client(base_url=f"{url}/acme", auth=Writing(), timeout=30) as http,
    ):
        http.request("PUT", f"/{container}?restype=container").raise_for_status()
        yield http


@contextmanager
def s3_address(folder: Path) -> Iterator[str]:
    """The address of an empty place in a bucket; a made-up login stands in the environment."""
    with moto(folder, "acme") as http, pytest.MonkeyPatch.context() as patched:
        login = {"ACCESS_KEY_ID": "made up", "SECRET_ACCESS_KEY": "made up", "REGION": "us-east-1"}
        for name, value in {"ENDPOINT_URL": str(http.base_url), **login}.items():
            patched.setenv(f"AWS_{name}", value)
        yield "s3://acme/production"


@contextmanager
def azure_address(folder: Path) -> Iterator[str]:
    """The address of an empty place in a container; the account's key stands in the environment."""
    with azurite(folder, "acme") as http, pytest.MonkeyPatch.context() as patched:
        told = {"ACCOUNT_NAME": "acme", "ACCOUNT_KEY": KEY, "ENDPOINT": str(http.base_url).rstrip("/")}
        for name, value in told.items():
            patched.setenv(f"AZURE_STORAGE_{name}", value)
        yield "az://acme/production"
