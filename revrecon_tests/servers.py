"""Real servers for a test: a free port on this machine, and a process that serves on it and ends with the test."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx

_LAST_WORDS = 3000  # characters of a log that are told where a server does not come up
_GOODBYE = 60.0  # seconds for a server to end by itself before it is killed


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody listens on a port of the loopback."""
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def answers_at(path: str) -> Callable[[int], bool]:
    """Whether a server answers at a path, whatever it answers."""

    def answers(port: int) -> bool:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5)
            return True
        return False

    return answers


@contextlib.contextmanager
def serving(
    command: Sequence[str | Path | None],
    port: int,
    log: Path,
    is_up: Callable[[int], bool] = listens,
    patience: float = 120,
    **environment: str,
) -> Iterator[str]:
    """A server's address once it is up; with the block it ends, and whatever it started.

    What it prints goes into the log. AssertionError, with the end of the log, where it ends or is not up within so many
    seconds.
    """
    told = {**os.environ, **environment}
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=told, start_new_session=True)
    try:
        _wait(process, lambda: is_up(port), log, patience)
        yield f"http://127.0.0.1:{port}"
    finally:
        _end(process)


def _wait(process: subprocess.Popen[bytes], is_up: Callable[[], bool], log: Path, patience: float) -> None:
    end = time.monotonic() + patience
    while not is_up():
        ended = process.poll()
        if ended is not None or time.monotonic() > end:
            how = f"not up within {patience:.0f} s" if ended is None else f"ended with {ended}"
            raise AssertionError(f"{process.args}: {how}\n{log.read_text(errors='replace')[-_LAST_WORDS:]}")
        time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server and what it started to end; kill what has not ended after a while."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GOODBYE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
