"""The files connector: a folder of exports as a source."""

import difflib
from datetime import date

from revrecon.entity_map.systems import FilesSystem, SourceObject
from revrecon.sources.contract import ObjectMissing, RawExtract, UnreadableExtract
from revrecon.sources.files.folders import Export, Folder
from revrecon.sources.files.names import FileNames, objects_named
from revrecon.sources.files.readers import read_file


class FileSource:
    """Exports in a folder, found by the map's pattern."""

    def __init__(self, name: str, system: FilesSystem, folder: Folder) -> None:
        self.name = name
        self.system = system
        self.folder = folder
        self._found: dict[str, dict[date, Export]] = {}

    def days(self, object_name: str) -> list[date]:
        return sorted(self._files(object_name))

    def read(self, object_name: str, day: date) -> RawExtract:
        files = self._files(object_name)
        if day not in files:
            raise self.missing(object_name)
        origin = self.folder.origin(files[day])
        spec = self.system.objects[object_name]
        with self.folder.opened(files[day]) as path:
            frame, rejected = read_file(path, self.system.settings, origin)
        return RawExtract(day, spec.contents or self.system.settings.contents, frame, rejected, origin)

    def fingerprint(self, object_name: str, day: date) -> str:
        return self.folder.stamp(self._files(object_name)[day])

    def offered(self) -> list[str] | None:
        """Every object of which there is a file; None where the pattern does not tell objects apart."""
        return objects_named(self.folder, self.system.settings.file)

    def missing(self, object_name: str) -> ObjectMissing:
        """The error for an object without any file: what was looked for, where, and what is there instead."""
        names = self._names(object_name)
        near = difflib.get_close_matches(names.glob, self.folder.everything(), n=2, cutoff=0.4)
        seen = (
            f" Nearest there: {', '.join(near)}."
            if near
            else (" The folder is not there." if not self.folder.is_there() else "")
        )
        return ObjectMissing(
            f"{self.name}/{object_name}: no file matches {names.text} in {self.folder.place}.{seen} "
            f"{self.folder.next_step}, or correct the system's settings in the map."
        )

    def _names(self, object_name: str) -> FileNames:
        spec: SourceObject = self.system.objects[object_name]
        pattern = self.system.settings.file
        if spec.file and ("{date" in spec.file or "." in spec.file):
            pattern = spec.file
        return FileNames(pattern, spec.file or object_name)

    def _files(self, object_name: str) -> dict[date, Export]:
        if object_name not in self._found:
            self._found[object_name] = self._search(object_name)
        return self._found[object_name]

    def _search(self, object_name: str) -> dict[date, Export]:
        names = self._names(object_name)
        exports = self.folder.files(names.glob)
        if names.format is None:
            if len(exports) > 1:
                raise UnreadableExtract(
                    f"{self.name}/{object_name}: {len(exports)} files match {names.text} and nothing tells their days. "
                    "Put {date:%Y-%m-%d} into the pattern."
                )
            return {export.changed.date(): export for export in exports}
        found: dict[date, Export] = {}
        for export in exports:
            day = names.day(export.name)
            if day is not None and day in found:
                raise UnreadableExtract(
                    f"{self.name}/{object_name}: {_last(found[day].name)} and {_last(export.name)} are both of {day}. "
                    "Keep one of them."
                )
            if day is not None:
                found[day] = export
        return found


def _last(name: str) -> str:
    return name.rpartition("/")[2]
