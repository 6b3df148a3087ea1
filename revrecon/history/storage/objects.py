"""An object store: what stands in it counts, and what is read has a copy on this machine.

A copy is taken when a file is first asked for, and again when the store's mark of it (ETag) is another. A folder of
copies can be thrown away at any time: it is filled again.
"""

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from revrecon.history.atomic import appearing, write_text
from revrecon.history.storage.folder import Storage
from revrecon.history.storage.opening import opened
from revrecon.history.storage.record import Record, Standing
from revrecon.history.storage.trouble import StorageTrouble, told_of

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ObjectStore

_AT_ONCE = 16  # files that are fetched side by side
_LISTED_AT_ONCE = 1000
_PIECE = 16 * 1024 * 1024  # bytes of a large file that are sent at once


class ObjectStorage(Storage):
    """Files below an address, with copies below a root folder. Raises StorageTrouble where the store does not answer.

    Given to another process, it is opened there anew, with copies in a folder of that process.
    """

    def __init__(self, address: str, root: Path) -> None:
        super().__init__(root)
        self.address = address
        self._store: ObjectStore = opened(address)
        self._record = Record(root / ".standing.db")

    def __reduce__(self) -> tuple[object, ...]:
        return (visited, (self.address,))

    def look(self, folder: Path) -> None:
        """List a folder: copies of what is gone or another now go, and notes are fetched."""
        place = self._name(folder) if folder != self.root else ""
        told, known = self._listed(place), self._record.below(place)
        for name in known.keys() - told.keys():
            self._path(name).unlink(missing_ok=True)
        self._record.forget(known.keys() - told.keys())
        fresh = {name: one for name, one in told.items() if name not in known or known[name].mark != one.mark}
        self._record.note(fresh)
        notes = {name: one for name, one in {**known, **fresh}.items() if name in told and name.endswith(".json")}
        self._fetch([name for name, one in notes.items() if not self._is_copy(name, one)])

    def fetch(self, paths: Iterable[Path]) -> None:
        """Copy files here, side by side, of which there is no copy of what stands now."""
        names = [self._name(path) for path in paths]
        known = self._record.of(names)
        self._fetch([name for name in names if name not in known or not self._is_copy(name, known[name])])

    def is_fetched_anew(self, path: Path) -> bool:
        """Fetch a file once more, whatever its copy says."""
        self._fetch([self._name(path)])
        return True

    def send(self, paths: Iterable[Path]) -> None:
        """Put files into the store, each whole or not at all."""
        import obstore

        for path in paths:
            with told_of(self.address):
                put = obstore.put(self._store, self._name(path), path, chunk_size=_PIECE)
            self._record.note({self._name(path): _copied(path, _unquoted(put["e_tag"]))})

    def write_note(self, text: str, path: Path) -> None:
        """Put a text into the store, and then its copy here: what is only here never stood."""
        import obstore

        with told_of(self.address):
            put = obstore.put(self._store, self._name(path), text.encode("utf-8"))
        write_text(text, path)
        self._record.note({self._name(path): _copied(path, _unquoted(put["e_tag"]))})

    def remove(self, path: Path) -> None:
        """Remove a file from the store, and its copy."""
        import obstore

        name = self._name(path)
        with suppress(FileNotFoundError), told_of(self.address):
            obstore.delete(self._store, name)
        path.unlink(missing_ok=True)
        self._record.forget([name])

    def abandoned(self, seconds: float) -> list[Path]:
        """The folders right below the root to which nobody wrote for so long, by the store's clock."""
        newest: dict[str, datetime] = {}
        for one in self._list(""):
            top, _, inside = one["path"].partition("/")
            if inside:
                newest[top] = max(newest.get(top, one["last_modified"]), one["last_modified"])
        now = datetime.now(UTC)
        return [self._path(top) for top, at in newest.items() if (now - at).total_seconds() > seconds]

    def empty(self, folder: Path) -> None:
        """Remove what stands below a folder, and the copies."""
        import obstore

        names = list(self._listed(self._name(folder)))
        with told_of(self.address):
            obstore.delete(self._store, names)
        self._record.forget(names)
        super().empty(folder)

    def drop_copies(self, paths: Iterable[Path]) -> None:
        """Give up the copies of files."""
        for path in paths:
            path.unlink(missing_ok=True)

    def tried(self) -> None:
        """Put a small file there, find it, read it and remove it. Raises StorageTrouble."""
        import obstore

        name = f".tried-{uuid.uuid4().hex}"
        with told_of(self.address):
            obstore.put(self._store, name, b"RevRecon tries what it may do here, and removes this.")
        try:
            found = any(one["path"] == name for one in self._list(""))
            with told_of(self.address):
                read = bytes(obstore.get(self._store, name).bytes())
        finally:
            with told_of(self.address):
                obstore.delete(self._store, name)
        if not found or not read:
            raise StorageTrouble(f"{self.address} does not give back what was just put there.")

    def every(self) -> list[Path]:
        """All files, sorted, by what the store was last found to hold."""
        return sorted(map(self._path, self._record.below("")))

    def beside(self, path: Path) -> list[Path]:
        """The files of the same name whatever their ending, by what the store was last found to hold."""
        known = self._record.below(self._name(path.parent))
        return sorted(self._path(name) for name in known if Path(name).name.startswith(f"{path.stem}."))

    def size(self, path: Path) -> int:
        """How many bytes a file of the store has; 0 where there is none."""
        name = self._name(path)
        known = self._record.of([name])
        return known[name].size if known else 0

    def called(self, path: Path) -> str:
        """The address of a file."""
        return f"{self.address}/{self._name(path)}"

    def neighbour(self, name: str, folder: Path) -> Storage:
        """Another storage in the same bucket."""
        return ObjectStorage(f"{self.address.rpartition('/')[0]}/{name}", folder)

    def _listed(self, place: str) -> dict[str, Standing]:
        return {one["path"]: Standing(_mark(one), one["size"]) for one in self._list(place)}

    def _list(self, place: str) -> "list[ObjectMeta]":
        import obstore

        with told_of(self.address):
            return [
                one for part in obstore.list(self._store, place or None, chunk_size=_LISTED_AT_ONCE) for one in part
            ]

    def _fetch(self, names: list[str]) -> None:
        """Copy files here; of those that do not stand any more nothing is left."""
        if not names:
            return
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            found = dict(zip(names, threads.map(self._fetched, names), strict=True))
        self._record.forget([name for name, one in found.items() if one is None])
        self._record.note({name: one for name, one in found.items() if one is not None})

    def _fetched(self, name: str) -> Standing | None:
        """Copy a file here; None for one that does not stand."""
        import obstore

        path = self._path(name)
        try:
            with told_of(self.address):
                found = obstore.get(self._store, name)
                with appearing(path) as beside, beside.open("wb") as file:
                    for piece in found:
                        file.write(piece)
        except FileNotFoundError:
            path.unlink(missing_ok=True)
            return None
        if path.stat().st_size != found.meta["size"]:
            raise StorageTrouble(f"{self.called(path)} was cut off while it was fetched. Run again.")
        return _copied(path, _mark(found.meta))

    def _is_copy(self, name: str, standing: Standing) -> bool:
        try:
            told = self._path(name).stat()
        except FileNotFoundError:
            return False
        return (told.st_size, told.st_mtime_ns) == (standing.size, standing.copied)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _path(self, name: str) -> Path:
        return self.root / name


def _mark(meta: "ObjectMeta") -> str:
    told = _unquoted(meta["e_tag"])
    return told or f"{meta['last_modified'].isoformat()} {meta['size']}"


def _unquoted(e_tag: str | None) -> str:
    """An ETag as Azure lists it, which tells the same one in quotes when it gives the file."""
    return (e_tag or "").removeprefix("W/").strip('"')


def _copied(path: Path, mark: str) -> Standing:
    """What is known of a file of which there is a copy now."""
    told = path.stat()
    return Standing(mark, told.st_size, told.st_mtime_ns)


@cache
def visited(address: str) -> ObjectStorage:
    """A storage as a worker opens it: its copies lie in a temporary folder, which goes when the process ends."""
    folder = tempfile.mkdtemp(prefix="revrecon-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return ObjectStorage(address, Path(folder))
