"""Striking a process at its n-th durable step: a file that appears or goes, a commit, a request that changes something.

Between two such steps nothing that another process can see changes, so whoever walks all of them has been everywhere.
"""

import errno
import os
import signal
import sqlite3
import sys
from collections.abc import Callable

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
        if event != "os.remove" or os.path.exists(str(given[0])):  # noqa: PTH110  # no objects within a hook
            self.step(f"{event.removeprefix('os.')} {self._shown(str(given[1 if event == 'os.rename' else 0]))}")

    def _shown(self, path: str) -> str:
        return path.removeprefix(self.home)


def kill(step: str) -> None:
    """No handler runs, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


def full(step: str) -> None:
    """What a full disk says at this step."""
    if step == "commit":
        raise sa.exc.OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))
    if not step.startswith(("POST", "PUT", "PATCH")):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), step)
