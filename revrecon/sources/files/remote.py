"""A folder of a store on another machine: listed there, and each file copied here for as long as it is read."""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from revrecon.sources.contract import SourceError
from revrecon.sources.files.folders import MOST_NAMED, Export
from revrecon.sources.files.names import regex_of
from revrecon.sources.stores.contract import Store, Stored

_UNFINISHED = ".part-"
_A_DAY = 86_400  # seconds; an unfinished copy that is older was left by a run that was killed


class CopyNotKept(SourceError):
    """A file of another machine cannot be copied here."""


class RemoteFolder:
    """A folder of a store. `spool`: where files are copied to; only their owner may read them.

    A copy appears whole and checked or not at all, goes away once it has been read, and one that a killed run left
    behind is not fetched again. A store that did not answer is not asked again by the same source.
    """

    next_step = "Look whether the exports are written there"

    def __init__(self, store: Store, root: str, spool: Path | None = None) -> None:
        self._store = store
        self._beginning = "" if root.strip("/") in ("", ".") else f"{root.rstrip('/').removeprefix('./')}/"
        self.place = f"{store.address}/{self._beginning.strip('/')}".rstrip("/")
        self._spool = spool or Path(tempfile.gettempdir()) / f"revrecon-{os.getuid()}"
        self._known: dict[str, Stored] = {}
        self._trouble: SourceError | None = None

    def is_there(self) -> bool:
        return bool(self._listed("", 1))

    def files(self, pattern: str) -> list[Export]:
        beginning = pattern.partition("*")[0]
        shape = re.compile(regex_of(pattern))
        found = [one for one in self._listed(beginning) if shape.fullmatch(self._below(one))]
        exports = [self._export(one) for one in found]
        return sorted(exports, key=lambda export: export.name)

    def everything(self) -> list[str]:
        return sorted(self._below(one) for one in self._listed("", MOST_NAMED))

    def stamp(self, export: Export) -> str:
        one = self._known[export.name]
        return f"{export.name.rpartition('/')[2]}|{one.size}|{one.tag}"

    @contextmanager
    def opened(self, export: Export) -> Iterator[Path]:
        copy = self._copied(self._known[export.name])
        try:
            yield copy
        finally:
            copy.unlink(missing_ok=True)

    def origin(self, export: Export) -> str:
        return f"{self.place}/{export.name}"

    def _listed(self, beginning: str, most: int | None = None) -> Sequence[Stored]:
        if self._trouble is not None:
            raise self._trouble
        try:
            found = self._store.listed(f"{self._beginning}{beginning}")
            return list(islice((one for one in found if not one.name.endswith("/")), most))
        except SourceError as trouble:
            self._trouble = trouble
            raise

    def _export(self, one: Stored) -> Export:
        name = self._below(one)
        self._known[name] = one
        return Export(name, one.changed)

    def _below(self, one: Stored) -> str:
        return one.name.removeprefix(self._beginning)

    def _copied(self, one: Stored) -> Path:
        copy = self._spool / _name_here(self.place, one)
        if copy.exists() and copy.stat().st_size > 0:
            return copy
        with self._writing(one):
            self._spool.mkdir(parents=True, exist_ok=True, mode=0o700)
            _remove_unfinished(self._spool)
        content = self._store.content(one)
        with self._writing(one):
            self._keep(content, copy)
        return copy

    @contextmanager
    def _writing(self, one: Stored) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CopyNotKept(
                f"{self.place}/{one.name} cannot be copied to {self._spool} ({error.strerror}). Make room on the disk, "
                "or give the right to write, and run again."
            ) from error

    def _keep(self, content: bytes, copy: Path) -> None:
        handle, unfinished = tempfile.mkstemp(prefix=_UNFINISHED, dir=self._spool)
        try:
            with open(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # a name without its content would pass for the file after a power cut
            os.replace(unfinished, copy)
        finally:
            Path(unfinished).unlink(missing_ok=True)


def _name_here(place: str, one: Stored) -> str:
    """A name that the very same content of the same file always has; nothing of a store's names leads elsewhere."""
    told = hashlib.sha256(f"{place}|{one.name}|{one.size}|{one.tag}".encode()).hexdigest()[:24]
    return f"{told}-{re.sub(r'[^A-Za-z0-9._-]', '_', one.name.rpartition('/')[2])[-80:]}"


def _remove_unfinished(spool: Path) -> None:
    for left in spool.glob(f"{_UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > _A_DAY:
            left.unlink(missing_ok=True)
