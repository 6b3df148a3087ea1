"""What is known on this machine of an object store: what stands there, and which of it has a copy here."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from revrecon.history.atomic import private_folder
from revrecon.history.storage.trouble import StorageTrouble

_PATIENCE = 60.0  # seconds to wait for another process that writes to the record


@dataclass(frozen=True)
class Standing:
    """One file: the store's mark of this very content, its bytes, and when the copy here was made (ns), if there is."""

    mark: str
    size: int
    copied: int | None = None


class Record:
    """Standing files by their names, in a file that several processes share; without it all is fetched anew."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def below(self, folder: str) -> dict[str, Standing]:
        """What stands below a folder, by name; everything below the empty name."""
        first, last = (f"{folder}/", f"{folder}0") if folder else ("", "\U0010ffff")  # 0 comes right after /
        with self._open() as open_:
            rows = open_.execute("SELECT * FROM standing WHERE name >= ? AND name < ?", (first, last)).fetchall()
        return {name: Standing(mark, size, copied) for name, mark, size, copied in rows}

    def of(self, names: Iterable[str]) -> dict[str, Standing]:
        """What is known of some files, by name; unknown ones are not in it."""
        asked = "SELECT * FROM standing WHERE name = ?"
        with self._open() as open_:
            rows = [row for name in names for row in open_.execute(asked, (name,))]
        return {name: Standing(mark, size, copied) for name, mark, size, copied in rows}

    def note(self, standing: Mapping[str, Standing]) -> None:
        """Know of files, in place of what was known of them."""
        rows = [(name, one.mark, one.size, one.copied) for name, one in standing.items()]
        with self._open() as open_:
            open_.executemany("INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?)", rows)

    def forget(self, names: Iterable[str]) -> None:
        """Know nothing of files any more."""
        with self._open() as open_:
            open_.executemany("DELETE FROM standing WHERE name = ?", [(name,) for name in names])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        private_folder(self._path.parent)
        try:
            with closing(sqlite3.connect(self._path, timeout=_PATIENCE)) as open_, open_:
                open_.execute(
                    "CREATE TABLE IF NOT EXISTS standing (name PRIMARY KEY, mark, size, copied) WITHOUT ROWID"
                )
                yield open_
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            self._path.unlink(missing_ok=True)
            raise StorageTrouble(
                f"{self._path} was not what was written and has been removed. Nothing is lost by it: run again, and "
                "files are fetched anew from where they stand."
            ) from error
