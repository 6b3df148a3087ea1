"""The lake as it was known at an earlier time: exactly the extracts that are named, by their checksums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from revrecon.history.lake import Kept, Lake, LakeError, every_version
from revrecon.history.storage.folder import Storage


class ExtractGone(LakeError):
    """An extract that a figure rests on is no longer in the lake."""


@dataclass(frozen=True, order=True)
class Extract:
    """One file of the lake: whose, of which day, and the SHA-256 of its content."""

    system: str
    object: str
    day: date
    sha256: str

    def __str__(self) -> str:
        return f"{self.system}/{self.object} {self.day} {self.sha256}"


def extracts_in(lake: Lake, objects: Iterable[tuple[str, str]], as_of: date) -> list[Extract]:
    """What a lake would read for these objects up to a day: the version that counts of every day; sorted."""
    return sorted(
        Extract(system, name, kept.day, kept.sha256)
        for system, name in objects
        for kept in lake.kept(system, name, as_of)
    )


class PinnedLake(Lake):
    """A lake that holds the named extracts and no others; nothing can be kept in it."""

    def __init__(self, place: Path | Storage, extracts: Iterable[Extract]) -> None:
        super().__init__(place)
        self._pins: dict[tuple[str, str], dict[date, str]] = {}
        self._found: dict[tuple[str, str], list[Kept]] = {}
        for one in extracts:
            self._pins.setdefault((one.system, one.object), {})[one.day] = one.sha256

    def kept(self, system: str, object_name: str, as_of: date | None = None) -> list[Kept]:
        """The named versions up to a day, ascending. Raises ExtractGone for one that the lake no longer has."""
        place = (system, object_name)
        if place not in self._found:
            pins: Mapping[date, str] = self._pins.get(place, {})
            self.storage.look(self._folder(system, object_name))
            self._found[place] = [self._version(system, object_name, day, sha) for day, sha in sorted(pins.items())]
        return [kept for kept in self._found[place] if as_of is None or kept.day <= as_of]

    def keep(self, *_: object, **__: object) -> Kept:
        """Raises LakeError: what was known then cannot be added to."""
        raise LakeError("A lake as it was known then takes in nothing. Keep extracts in the lake itself.")

    def _version(self, system: str, object_name: str, day: date, sha256: str) -> Kept:
        folder = self._folder(system, object_name) / f"as_of={day}"
        found = [kept for kept in every_version(folder, self.storage) if sha256 in kept.names]
        if not found:
            raise ExtractGone(
                f"The extract {system}/{object_name} of {day} with SHA-256 {sha256[:12]} is no longer in the lake. "
                f"Restore {self.storage.called(folder)} from a backup."
            )
        return found[-1]
