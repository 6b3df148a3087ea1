"""The lake as it was known at a moment: whatever was kept later is not there yet."""

from datetime import date, datetime
from pathlib import Path

from revrecon.history.kept import kept_at
from revrecon.history.lake import Kept, Lake, LakeError, every_version
from revrecon.history.storage.folder import Storage


class KnownLake(Lake):
    """A lake that holds what had been kept by a moment, and takes in nothing."""

    def __init__(self, place: Path | Storage, known_at: datetime) -> None:
        super().__init__(place)
        self.known_at = known_at

    def kept(self, system: str, object_name: str, as_of: date | None = None) -> list[Kept]:
        """Of every day up to `as_of` the newest version that was kept by the moment, ascending."""
        place = (system, object_name)
        if place not in self._noted:
            days = [every_version(day, self.storage) for day in self._days(system, object_name)]
            known = [[kept for kept in versions if kept_at(kept) <= self.known_at] for versions in days]
            self._noted[place] = [versions[-1] for versions in known if versions]
        return [kept for kept in self._noted[place] if as_of is None or kept.day <= as_of]

    def keep(self, *_: object, **__: object) -> Kept:
        """Raises LakeError: what was known then cannot be added to."""
        raise LakeError("A lake as it was known at a moment takes in nothing. Keep extracts in the lake itself.")
