"""A folder of this machine: what stands in it is all that there is."""

import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from revrecon.history.atomic import remove_for_good, write_text


class Storage:
    """Files below a root folder. Whoever reads one asks for it first (`there`); whoever wrote one says so (`send`)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def look(self, folder: Path) -> None:
        """Know what stands in a folder by now, and have its notes (`.json`) here."""

    def there(self, path: Path) -> Path:
        """A file as it stands, to be read here; a path to nothing where there is none."""
        self.fetch([path])
        return path

    def fetch(self, paths: Iterable[Path]) -> None:
        """Have files here as they stand, to be read: what `there` does, for many at once."""

    def is_fetched_anew(self, path: Path) -> bool:
        """Fetch a file that is not what was written once more; whether there is another place to fetch it from."""
        return False

    def send(self, paths: Iterable[Path]) -> None:
        """Have files that were just written here stand for everybody, one after the other."""

    def write_note(self, text: str, path: Path) -> None:
        """Have a text (UTF-8) stand for everybody, whole or not at all. Raises NotWritten."""
        write_text(text, path)

    def remove(self, path: Path) -> None:
        """Remove a file, for everybody."""
        remove_for_good(path)

    def abandoned(self, seconds: float) -> list[Path]:
        """The folders right below the root to which nobody wrote for so long."""
        return [one for one in self.root.glob("*") if time.time() - one.stat().st_mtime > seconds]

    def empty(self, folder: Path) -> None:
        """Remove a folder and all that stands in it, for everybody."""
        shutil.rmtree(folder, ignore_errors=True)

    def drop_copies(self, paths: Iterable[Path]) -> None:
        """Give up the room that files take here, where they stand elsewhere."""

    def every(self) -> list[Path]:
        """All files, sorted, as `look` last found them."""
        return sorted(path for path in self.root.rglob("*") if path.is_file())

    def beside(self, path: Path) -> list[Path]:
        """The files of the same name whatever their ending, sorted."""
        return sorted(path.parent.glob(f"{path.stem}.*"))

    def size(self, path: Path) -> int:
        """How many bytes a file has; 0 where there is none."""
        return path.stat().st_size if path.exists() else 0

    def called(self, path: Path) -> str:
        """How people are told where a file stands."""
        return str(path)

    def neighbour(self, name: str, folder: Path) -> "Storage":
        """Another storage in the same place; `folder` is where it is on this machine."""
        return Storage(folder)
