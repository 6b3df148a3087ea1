"""The store of maps: every map that was ever run, by the hash of its text, with the day from which it was used."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from revrecon.entity_map.loader import LoadedMap, load_map, parse_map
from revrecon.entity_map.problems import MapProblems
from revrecon.history.atomic import write_text

_SHORTEST = 4


class NoSuchMap(Exception):
    """The store has no map as it was asked for, or several."""


@dataclass(frozen=True)
class StoredMap:
    """A map in the store. `effective` is the day from which it counts: the day that its own history gives to its
    version, or else the day on which it was first used."""

    sha256: str
    company: str
    version: int
    first_used: datetime  # UTC
    effective: date
    path: Path

    @property
    def name(self) -> str:
        """`12@0a1b2c3d`: the version and the beginning of the hash."""
        return f"{self.version}@{self.sha256[:8]}"

    def load(self) -> LoadedMap:
        """The map itself. Raises MapProblems where this version of RevRecon no longer reads it."""
        return load_map(self.path)


class MapStore:
    """Maps below a folder: `SHA256.yaml`, and beside each a note with its version and days."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, loaded: LoadedMap, since: date | None = None, now: datetime | None = None) -> StoredMap:
        """Keep a map; one that is there already stays as it is. `since` is the day from which it counts, where the
        map's own history does not say."""
        path, note = self._text(loaded.sha256), self._note(loaded.sha256)
        if not path.exists():
            write_text(loaded.text, path)
        if not note.exists():
            moment = now or datetime.now(UTC)
            used = since or moment.astimezone(loaded.map.company.zone).date()
            facts = {
                "sha256": loaded.sha256, "company": loaded.map.company.name, "version": loaded.map.map.version,
                "first_used": moment.isoformat(), "effective": str(_signed_on(loaded) or used),
            }  # fmt: skip
            write_text(json.dumps(facts, indent=1), note)
        return self._told(note)

    def all(self, company: str | None = None) -> list[StoredMap]:
        """Every map in the store, or those of one company, in the order in which they came into effect."""
        notes = self.folder.glob("*.json") if self.folder.is_dir() else []
        found = [self._told(note) for note in notes]
        mine = [one for one in found if company in (None, one.company)]
        return sorted(mine, key=lambda one: (one.effective, one.version, one.first_used, one.sha256))

    def on(self, day: date, company: str) -> StoredMap:
        """The newest map of a company that was in effect on a day. Raises NoSuchMap."""
        found = self.all(company)
        fitting = [one for one in found if one.effective <= day]
        if fitting:
            return fitting[-1]
        first = f"the oldest of {company} is version {found[0].version} of {found[0].effective}" if found else "none"
        raise NoSuchMap(
            f"No map in the store was in effect on {day}; {first}. Keep the map of that day with "
            "revrecon map keep PATH --since DAY, or run the day with today's map."
        )

    def find(self, asked: str) -> StoredMap:
        """A map by its hash or the beginning of it, by its version (the newest that calls itself so), or by both
        (`12@0a1b2c3d`). Raises NoSuchMap."""
        version, _, sha = asked.partition("@") if "@" in asked or asked.isdigit() else ("", "", asked)
        found = [
            one
            for one in self.all()
            if version in ("", str(one.version)) and one.sha256.startswith(sha) and (version or len(sha) >= _SHORTEST)
        ]
        if not found or (not version and len(found) > 1):
            known = ", ".join(one.name for one in self.all()) or "nothing yet: run a day first"
            raise NoSuchMap(f"'{asked}' is no file, and no one map of the store; the store has {known}.")
        return max(found, key=lambda one: one.first_used)

    def by_sha(self, sha256: str) -> LoadedMap:
        """The map with exactly this hash. Raises NoSuchMap when it is gone or altered, MapProblems when unreadable."""
        path = self._text(sha256)
        loaded = load_map(path) if path.exists() else None
        if loaded is None or loaded.sha256 != sha256:
            state = "has been altered" if loaded else "is not there"
            raise NoSuchMap(f"The map with SHA-256 {sha256[:12]} {state} in the store. Restore {path} from a backup.")
        return loaded

    def changed_without_a_new_version(self, loaded: LoadedMap) -> str:
        """A sentence where an earlier map of the company with the same version said something else, or nothing.

        Comments and layout are no change.
        """
        mine = [m for m in self.all(loaded.map.company.name) if m.version == loaded.map.map.version]
        here = next((m.first_used for m in mine if m.sha256 == loaded.sha256), None)
        earlier = [m for m in mine if here is None or m.first_used < here]
        other = [m for m in earlier if m.sha256 != loaded.sha256 and _differs(m, loaded)]
        if not other:
            return ""
        return (
            f"{loaded.path.name} has changed since {other[-1].first_used:%Y-%m-%d}, and still calls itself version "
            f"{loaded.map.map.version}. Raise map.version and add a line to map.history; what changed: "
            f"revrecon map diff {other[-1].name} {loaded.map.map.version}@{loaded.sha256[:8]}"
        )

    def _text(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.yaml"

    def _note(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.json"

    def _told(self, note: Path) -> StoredMap:
        try:
            facts = json.loads(note.read_text(encoding="utf-8"))
            return StoredMap(
                sha256=facts["sha256"], company=facts["company"], version=facts["version"],
                first_used=datetime.fromisoformat(facts["first_used"]),
                effective=date.fromisoformat(facts["effective"]), path=note.with_suffix(".yaml"),
            )  # fmt: skip
        except (ValueError, TypeError, KeyError, OSError) as error:
            raise NoSuchMap(
                f"{note} is not what was written. Restore it from a backup, or delete it: the next run under that map "
                "writes it again, as of its own day."
            ) from error


def _signed_on(loaded: LoadedMap) -> date | None:
    """The day that a map's own history gives to its version."""
    return next((one.on for one in loaded.map.map.history if one.version == loaded.map.map.version), None)


def _differs(stored: StoredMap, loaded: LoadedMap) -> bool:
    try:
        return parse_map(stored.path.read_text(encoding="utf-8")).map != loaded.map
    except MapProblems:  # this version of RevRecon reads it otherwise, so it says something else
        return True
