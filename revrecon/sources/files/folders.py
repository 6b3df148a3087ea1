"""A folder of exports, wherever it lies: its files by a pattern, and each to be opened as a file on this machine."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from revrecon.sources.contract import SourceError


@dataclass(frozen=True)
class Export:
    """One file of a folder."""

    name: str  # below the folder, with /
    changed: datetime  # UTC


class Folder(Protocol):
    """A folder. Every method but `origin` may raise SourceError."""

    place: str
    """Where it is, for people."""

    next_step: str
    """What to do where an export is not there, as the beginning of a sentence."""

    def is_there(self) -> bool:
        """Whether there is such a folder, and not only an empty one."""
        ...

    def files(self, pattern: str) -> list[Export]:
        """The files whose names fit, sorted by name; `*` stands for anything but a slash."""
        ...

    def everything(self) -> list[str]:
        """The names of all files, the first two thousand."""
        ...

    def stamp(self, export: Export) -> str:
        """Changes whenever what the file holds may have changed; cheap to ask."""
        ...

    def opened(self, export: Export) -> AbstractContextManager[Path]:
        """The file on this machine, for as long as the block lasts; whole, and as it was listed."""
        ...

    def origin(self, export: Export) -> str:
        """How a file is called in reports and errors."""
        ...


MOST_NAMED = 2_000
"""So many names are looked through for one that was meant."""


class LeadsElsewhere(SourceError):
    """An export is not in the folder in which it seems to be."""


class LocalFolder:
    """A folder of this machine."""

    next_step = "Name the folder of the exports with --data"

    def __init__(self, root: Path) -> None:
        self.root = root
        self.place = str(root)

    def is_there(self) -> bool:
        return self.root.is_dir()

    def files(self, pattern: str) -> list[Export]:
        paths = sorted(path for path in self.root.glob(pattern) if path.is_file()) if self.is_there() else []
        return [self._export(path) for path in paths]

    def everything(self) -> list[str]:
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())[:MOST_NAMED]

    def stamp(self, export: Export) -> str:
        path = self.root / export.name
        stat = path.stat()
        return f"{path.name}|{stat.st_size}|{stat.st_mtime_ns}"

    @contextmanager
    def opened(self, export: Export) -> Iterator[Path]:
        """Raises LeadsElsewhere: whoever may put files here could have any file of the runner's read by a link."""
        path = self.root / export.name
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise LeadsElsewhere(
                f"{self.origin(export)} is a link to a file outside of {self.root}. Put the file itself there, or let "
                "settings.root name the folder in which it lies."
            )
        yield path

    def origin(self, export: Export) -> str:
        return str((self.root / export.name).relative_to(self.root.parent))

    def _export(self, path: Path) -> Export:
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return Export(path.relative_to(self.root).as_posix(), changed)
