"""Clusters as they are shipped in `deploy/`, started for a test, and jobs that are hard on them."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from revrecon_tests.repository import ROOT
from revrecon_tests.servers import free_port, serving


@contextmanager
def cluster(folder: Path, script: str, *arguments: str) -> Iterator[str]:
    """HOST:PORT of what a script below `deploy/` starts, once it listens; it prints into a file of the folder."""
    port = free_port()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    command, log = [ROOT / "deploy" / script, *arguments], folder / "cluster.log"
    environment = {"PORT": str(port), "PATH": path, "PYTHONPATH": str(ROOT)}
    with serving(command, port, log, patience=180, **environment):
        yield f"127.0.0.1:{port}"


def deadly(_job: int) -> None:
    """A job that kills every worker."""
    os.kill(os.getpid(), signal.SIGKILL)
