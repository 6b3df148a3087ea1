"""The systems of record: where each is read, and how its raw values are written."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from revrecon.entity_map.company import Zone
from revrecon.entity_map.parts import Name, Part, Share, Sql
from revrecon.entity_map.stores import AnyStore, DataFolder


class Formats(Part):
    """How a system writes values; several formats are tried in their order."""

    date: tuple[str, ...] = ("%Y-%m-%d",)
    timestamp: tuple[str, ...] = ("%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S")
    true_values: tuple[str, ...] = ("true", "True", "TRUE", "t", "T", "yes", "Y", "1")
    false_values: tuple[str, ...] = ("false", "False", "FALSE", "f", "F", "no", "N", "0")
    null_values: tuple[str, ...] = ("",)
    decimal_comma: bool = False
    timezone: Zone | None = None


def _no_path(value: str) -> str:
    if value.startswith(".") or any(letter in "/\\" or not letter.isprintable() for letter in value) or not value:
        raise ValueError(f"'{value}' is no name of an object: it also names a folder, so no /, \\ or dot at its start")
    return value


ObjectName = Annotated[str, AfterValidator(_no_path)]
"""What a system calls a table, such as `Account` or `sales.invoice`."""


class FileSettings(Part):
    """Exports in a folder: one file per object and day, found by a pattern.

    `{object}` stands for the object's name (or its own `file`), `{date:%Y-%m-%d}` for the day, in strftime letters.
    `store`: where the folder lies, if not below the data folder.
    """

    root: str
    store: AnyStore = DataFolder()
    file: str = "{object}/{date:%Y-%m-%d}.csv"
    contents: Literal["full", "changed"] = "full"
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    header_row: Annotated[int, Field(ge=1)] = 1


class SourceObject(Part):
    """One table of a system: its key, its clocks and its deletion flag, in the system's own column names.

    `changed_by`: who wrote a row last, where the system tells.
    `table`: what the system itself calls the object, where that is another name; `only`: which of its rows belong to
    it, in the system's own language. Both are for systems that are asked, not for exports.
    `repeats`: the key does not tell every row apart; rows that share it are numbered in their order.
    """

    key: tuple[str, ...]
    created: str | None = None
    changed: str | None = None
    changed_by: str | None = None
    deleted: Sql | None = None
    file: str | None = None
    table: str | None = None
    only: Sql | None = None
    contents: Literal["full", "changed"] | None = None
    optional: bool = False
    repeats: bool = False
    shrink_limit: Share = 0.5


ControlForm = Literal["salesforce", "hubspot", "sql", "json_schema", "sheet"]
"""In which form a system takes in rules for what may be entered; a sheet is for people."""


class System(Part):
    """A system of record, its department and its representative in the standup."""

    connector: str
    title: str
    department: Name
    representative: Name
    clock: str
    controls: ControlForm = "sheet"
    formats: Formats = Formats()
    objects: dict[ObjectName, SourceObject]


class FilesSystem(System):
    """A system that is read from exports in a folder."""

    connector: Literal["files"] = "files"
    settings: FileSettings
