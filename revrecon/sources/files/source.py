"""The files connector: a folder of exports as a source."""

import difflib
from datetime import UTC, date, datetime
from pathlib import Path

from revrecon.entity_map.systems import FilesSystem, SourceObject
from revrecon.sources.contract import ObjectMissing, RawExtract, UnreadableExtract
from revrecon.sources.files.names import FileNames, objects_named
from revrecon.sources.files.readers import read_file


class FileSource:
    """Exports below `data_root / settings.root`, found by the map's pattern."""

    def __init__(self, name: str, system: FilesSystem, data_root: Path) -> None:
        self.name = name
        self.system = system
        self.root = data_root / system.settings.root
        self._found: dict[str, dict[date, Path]] = {}

    def days(self, object_name: str) -> list[date]:
        return sorted(self._files(object_name))

    def read(self, object_name: str, day: date) -> RawExtract:
        files = self._files(object_name)
        if day not in files:
            raise self.missing(object_name)
        path = files[day]
        origin = str(path.relative_to(self.root.parent))
        spec = self.system.objects[object_name]
        frame, rejected = read_file(path, self.system.settings, origin)
        return RawExtract(day, spec.contents or self.system.settings.contents, frame, rejected, origin)

    def fingerprint(self, object_name: str, day: date) -> str:
        path = self._files(object_name)[day]
        stat = path.stat()
        return f"{path.name}|{stat.st_size}|{stat.st_mtime_ns}"

    def offered(self) -> list[str] | None:
        """Every object of which there is a file; None where the pattern does not tell objects apart."""
        return objects_named(self.root, self.system.settings.file)

    def missing(self, object_name: str) -> ObjectMissing:
        """The error for an object without any file: what was looked for, where, and what is there instead."""
        names = self._names(object_name)
        there = sorted(str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file())[:2000]
        near = difflib.get_close_matches(names.glob, there, n=2, cutoff=0.4)
        seen = (
            f" Nearest there: {', '.join(near)}."
            if near
            else (" The folder is not there." if not self.root.is_dir() else "")
        )
        return ObjectMissing(
            f"{self.name}/{object_name}: no file matches {names.text} in {self.root}.{seen} "
            "Name the folder of the exports with --data, or correct the system's settings in the map."
        )

    def _names(self, object_name: str) -> FileNames:
        spec: SourceObject = self.system.objects[object_name]
        pattern = self.system.settings.file
        if spec.file and ("{date" in spec.file or "." in spec.file):
            pattern = spec.file
        return FileNames(pattern, spec.file or object_name)

    def _files(self, object_name: str) -> dict[date, Path]:
        if object_name not in self._found:
            self._found[object_name] = self._search(object_name)
        return self._found[object_name]

    def _search(self, object_name: str) -> dict[date, Path]:
        names = self._names(object_name)
        paths = sorted(path for path in self.root.glob(names.glob) if path.is_file()) if self.root.is_dir() else []
        if names.format is None:
            if len(paths) > 1:
                raise UnreadableExtract(
                    f"{self.name}/{object_name}: {len(paths)} files match {names.text} and nothing tells their days. "
                    "Put {date:%Y-%m-%d} into the pattern."
                )
            return {datetime.fromtimestamp(p.stat().st_mtime, UTC).date(): p for p in paths}
        found: dict[date, Path] = {}
        for path in paths:
            day = names.day(path.relative_to(self.root).as_posix())
            if day is not None and day in found:
                raise UnreadableExtract(
                    f"{self.name}/{object_name}: {found[day].name} and {path.name} are both of {day}. Keep one of them."
                )
            if day is not None:
                found[day] = path
        return found
