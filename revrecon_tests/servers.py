"""Real servers for a test: a free port on this machine, and a process that serves on it and ends with the test."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

_PATIENCE = 30.0


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextlib.contextmanager
def serving(
    command: Sequence[str | Path | None], port: int, log: Path, ready: str = "", **environment: str
) -> Iterator[str]:
    """Its address once a server listens, and answers at the path `ready` where one is given; it ends with the block."""
    with log.open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env={**os.environ, **environment})
    try:
        _wait(port, ready, time.monotonic() + _PATIENCE)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _wait(port: int, ready: str, until: float) -> None:
    while time.monotonic() < until:
        with contextlib.suppress(OSError, httpx.TransportError):
            if ready:
                httpx.get(f"http://127.0.0.1:{port}{ready}", timeout=5)
            else:
                socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.2)
