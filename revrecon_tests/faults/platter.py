"""What of a folder is on the disk for sure, should the power fail now: what was flushed, and nothing else.

POSIX promises no more than this: the content of a file is there once it was flushed, and a name appears, changes or
goes for sure once its folder was flushed. Without a flush it may be there or not, whichever is worse.
"""

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

_LEDGER = "ledger.db"


class Platter:
    """Watches `os.fsync`, and knows by inode the content of every file and the names in every folder that are safe.

    SQLite flushes by itself, out of sight: of the ledger the last commit is safe, as its setting promises
    (`test_power.py` holds it to that).
    """

    def __init__(self, home: Path, beside: Path, before_flush: Callable[[str], None]) -> None:
        self.home, self.beside, self.before_flush = home, beside, before_flush
        self.names: dict[int, dict[str, tuple[bool, int]]] = {}
        self._held: list[int] = []  # open, so that no other folder gets the number of one that is gone
        (beside / "content").mkdir(parents=True)
        (beside / "held").mkdir()
        for folder, _, files in os.walk(home):
            self._folder(folder)
            for name in files:
                self._file(os.path.join(folder, name))
        self._fsync, os.fsync = os.fsync, self._flushed

    def _flushed(self, handle: int) -> None:
        path = os.readlink(f"/proc/self/fd/{handle}")
        if path != str(self.home) and not path.startswith(f"{self.home}/"):
            return self._fsync(handle)
        self.before_flush(f"flush {os.path.relpath(path, self.home)}")
        self._fsync(handle)
        return self._folder(path) if stat.S_ISDIR(os.fstat(handle).st_mode) else self._file(path)

    def _folder(self, path: str) -> None:
        self._held.append(os.open(path, os.O_RDONLY))
        self.names[os.stat(path).st_ino] = _listed(path)
        for one in os.scandir(path):
            if one.is_file():
                self._hold(one.path)

    def _file(self, path: str) -> None:
        self._hold(path)
        shutil.copyfile(path, self.beside / "content" / str(os.stat(path).st_ino))

    def _hold(self, path: str) -> None:
        """A second name, so that no other file gets the number of one that is gone."""
        held = self.beside / "held" / str(os.stat(path).st_ino)
        if not held.exists():
            os.link(path, held)

    def image(self, to: Path, names_too: bool) -> None:
        """What is found after a power failure: unflushed names are not there, or (`names_too`) all are, but empty."""
        self._restore(self.home, os.stat(self.home).st_ino, to, names_too)
        if (to / _LEDGER).exists():
            (to / _LEDGER).unlink()
            with sqlite3.connect(self.home / _LEDGER) as ledger, sqlite3.connect(to / _LEDGER) as copy:
                ledger.backup(copy)

    def _restore(self, folder: Path, inode: int, to: Path, names_too: bool) -> None:
        to.mkdir()
        now = _listed(str(folder)) if names_too and folder.is_dir() else {}
        for name, (is_folder, number) in {**self.names.get(inode, {}), **now}.items():
            if names_too and name not in now and folder.is_dir():
                continue
            content = self.beside / "content" / str(number)
            if is_folder:
                self._restore(folder / name, number, to / name, names_too)
            elif not name.endswith("-journal"):
                shutil.copyfile(content, to / name) if content.exists() else (to / name).touch()


def _listed(path: str) -> dict[str, tuple[bool, int]]:
    return {one.name: (one.is_dir(), one.inode()) for one in os.scandir(path)}
