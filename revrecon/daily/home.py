"""Where everything lives: lake and ledger (precious), tables and warehouse (derived), reports."""

import os
from dataclasses import dataclass
from pathlib import Path

from revrecon.history.atomic import private_folder
from revrecon.history.storage.address import lake_storage
from revrecon.history.storage.folder import Storage


class HomeNotWritable(Exception):
    """The home folder cannot be made or written."""


@dataclass(frozen=True)
class Home:
    """The folders below one root. `--home` or REVRECON_HOME names it; the default is `.revrecon` here."""

    root: Path
    alone: bool = False  # lake and ledger in the home, whatever REVRECON_LAKE_URL and REVRECON_LEDGER_URL say

    @property
    def lake(self) -> Storage:
        """The lake: at the address that REVRECON_LAKE_URL names, or in the home. Raises StorageTrouble."""
        return lake_storage(self.root, {} if self.alone else os.environ)

    @property
    def tables(self) -> Path:
        return self.root / "tables"

    @property
    def carried(self) -> Path:
        """What a day keeps beside its tables so that later ones need only look at what changed."""
        return self.root / "carried"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def ledger(self) -> str:
        """The ledger's database URL: REVRECON_LEDGER_URL, or a SQLite file in the home."""
        own = f"sqlite:///{self.root / 'ledger.db'}"
        return own if self.alone else os.environ.get("REVRECON_LEDGER_URL") or own

    @property
    def linkage(self) -> Path:
        return self.root / "linkage"

    @property
    def spool(self) -> Path:
        """Where files of other machines lie while they are read."""
        return self.root / "spool"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def published(self) -> Path:
        """What published things can be explained by later: precious."""
        return self.root / "published"

    @property
    def maps(self) -> Path:
        return self.root / "maps"


def open_home(root: Path | None = None) -> Home:
    """The home at a path, made if it is not there, readable by its owner only. Raises HomeNotWritable."""
    path = (root or Path(os.environ.get("REVRECON_HOME", ".revrecon"))).resolve()
    try:
        private_folder(path)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise HomeNotWritable(
            f"The home folder {path} cannot be written ({error.strerror}). "
            "Name another one with --home or REVRECON_HOME."
        ) from error
    return Home(path)
