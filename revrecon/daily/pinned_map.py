"""The pinned map: content-addressed copies in the home, so that a running location never reads a half-made edit."""

from dataclasses import dataclass
from pathlib import Path

from revrecon.daily.home import Home
from revrecon.entity_map.loader import LoadedMap, load_map
from revrecon.entity_map.problems import MapProblems
from revrecon.history.atomic import write_text

_LAST_GOOD = "last_good.txt"


@dataclass(frozen=True)
class PinnedMap:
    """A loaded map, the file that holds exactly this text, and what is wrong with the current one, if anything."""

    loaded: LoadedMap
    path: Path
    trouble: str = ""


def pinned(map_path: Path, home: Home, sha: str | None = None) -> PinnedMap:
    """The map with a given sha256, or the current one; when that is broken, the last good one of this file.

    Raises MapProblems when the map is broken and no good one was ever loaded into the home.
    """
    if sha is not None and _copy(home, sha).exists():
        return PinnedMap(load_map(_copy(home, sha)), _copy(home, sha))
    try:
        loaded = load_map(map_path)
    except MapProblems as problems:
        return _last_good(map_path, home, problems)
    if not _copy(home, loaded.sha256).exists():
        write_text(loaded.text, _copy(home, loaded.sha256))
    write_text(f"{map_path}\n{loaded.sha256}\n", home.maps / _LAST_GOOD)
    return PinnedMap(loaded, _copy(home, loaded.sha256))


def _copy(home: Home, sha: str) -> Path:
    return home.maps / f"{sha}.yaml"


def _last_good(map_path: Path, home: Home, problems: MapProblems) -> PinnedMap:
    note = home.maps / _LAST_GOOD
    if not note.exists():
        raise problems
    path, sha = note.read_text(encoding="utf-8").splitlines()
    if path != str(map_path) or not _copy(home, sha).exists():
        raise problems
    loaded = load_map(_copy(home, sha))
    trouble = f"{problems}\nRunning on with the last good map, version {loaded.map.map.version} ({sha[:12]})."
    return PinnedMap(loaded, _copy(home, sha), trouble)
