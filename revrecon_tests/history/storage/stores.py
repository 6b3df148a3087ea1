"""Object stores for tests: a folder that stands for one, and moto as S3 where it is installed."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from revrecon_tests.servers import free_port, serving

MOTO = os.environ.get("MOTO_SERVER") or shutil.which("moto_server")
with_moto = pytest.mark.skipif(
    MOTO is None, reason="moto is not here: pip install 'moto[server]' in a venv, set MOTO_SERVER"
)


@contextmanager
def s3(folder: Path) -> Iterator[str]:
    """The address of an empty bucket on a server that speaks like S3; a made-up login stands in the environment."""
    port = free_port()
    command = [MOTO, "-H", "127.0.0.1", "-p", str(port)]
    with serving(command, port, folder / "moto.log") as url, pytest.MonkeyPatch.context() as patched:
        httpx.put(f"{url}/acme", timeout=30).raise_for_status()
        for name, value in {
            "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "made up", "AWS_SECRET_ACCESS_KEY": "made up",
            "AWS_REGION": "us-east-1",
        }.items():  # fmt: skip
            patched.setenv(name, value)
        yield "s3://acme/production"
