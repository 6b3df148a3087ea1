"""Small exports written to a folder, and systems that read them."""

import datetime as dt
from pathlib import Path

from revrecon.entity_map.systems import FileSettings, FilesSystem, SourceObject
from revrecon.history.lake import Lake
from revrecon.history.landing import land_object
from revrecon.sources.files.folders import LocalFolder
from revrecon.sources.files.source import FileSource

DAY = dt.date(2026, 3, 1)
SECOND = DAY + dt.timedelta(days=1)
TWO = "id,name\n1,Zoë\n2,Bob\n"
"""An export of two rows."""


def system(**settings: object) -> FilesSystem:
    """A system with one object `thing`, keyed by `id`; settings as in the map."""
    spec = settings.pop("thing", {"key": ["id"]})
    given = {"root": "crm", "file": "{object}/{date:%Y-%m-%d}.csv", **settings}
    return FilesSystem(
        title="CRM",
        settings=FileSettings.model_validate(given),
        department="sales",
        representative="ann",
        clock="daily",
        objects={"thing": SourceObject.model_validate(spec)},
    )


def written(root: Path, content: str | bytes, name: str = "crm/thing/2026-03-01.csv") -> Path:
    """A file below a root, made with its folders."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def source(root: Path, **settings: object) -> FileSource:
    """The source over a root."""
    made = system(**settings)
    return FileSource("crm", made, LocalFolder(root / made.settings.root))


def landed_rows(source: FileSource, folder: Path, day: dt.date = SECOND) -> list[int]:
    """Land the things of a source up to a day in a folder's lake; the rows of each extract that is new in it."""
    lake, spec = Lake(folder / "lake"), source.system.objects["thing"]
    return [kept.rows for kept in land_object(source, lake, "crm", "thing", spec, day)]
