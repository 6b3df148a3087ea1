"""Striking a process at its n-th durable step: a file that appears or goes, a commit, a request that changes something.

Between two such steps nothing that another process can see changes, so whoever walks all of them has been everywhere.
"""

import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

_FILES = ("os.rename", "os.remove", "shutil.rmtree")


class Steps:
    """Counts durable steps below a folder, and strikes before the one asked for; 0 strikes at none."""

    def __init__(self, home: str, at: int, strike: Callable[[str], None]) -> None:
        self.home, self.at, self.strike = f"{home}/", at, strike
        self.names: list[str] = []
        sys.addaudithook(self._hear)
        sa.event.listen(sa.Engine, "commit", self._commits)

    def step(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self.at:
            self.strike(name)

    def _commits(self, connection: sa.Connection) -> None:
        """A commit of nothing is no step."""
        if getattr(connection.connection.dbapi_connection, "in_transaction", True):
            self.step("commit")

    def _hear(self, event: str, given: tuple[object, ...]) -> None:
        if event not in _FILES or not str(given[0]).startswith(self.home):
            return
        if event != "os.remove" or os.path.exists(str(given[0])):  # no objects within a hook
            self.step(f"{event.removeprefix('os.')} {self._shown(str(given[1 if event == 'os.rename' else 0]))}")

    def _shown(self, path: str) -> str:
        return path.removeprefix(self.home)


def kill(step: str) -> None:
    """No handler runs, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


def full(step: str) -> None:
    """From this step on no file grows any more, whoever writes: Python, polars, DuckDB or SQLite."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


@contextmanager
def another_disk() -> Iterator[None]:
    """For files of somebody else's."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
