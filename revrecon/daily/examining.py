"""What a system says at its door and of its objects, held against the map: the doctor's questions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from revrecon.daily.run import Inputs
from revrecon.entity_map.problems import did_you_mean
from revrecon.entity_map.reach import columns_read
from revrecon.history.storage.address import LAKE_URL
from revrecon.history.storage.objects import ObjectStorage
from revrecon.history.storage.trouble import StorageTrouble
from revrecon.sources.contract import Source, SourceError
from revrecon.sources.files.source import FileSource
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.system import LiveSource


@dataclass(frozen=True)
class ObjectExamined:
    """One object of a system: how many records it shows, and what of the map it lacks."""

    name: str
    says: str  # how many records, or of which days there are exports
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True)
class SystemExamined:
    """One system: who is asking, how much is left, and its objects."""

    name: str
    connector: str
    says: str
    objects: tuple[ObjectExamined, ...] = ()
    cannot_see: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def is_well(self) -> bool:
        """Whether a run would find everything that the map names."""
        return not self.trouble and not any(one.troubles for one in self.objects)


def lake_examined(inputs: Inputs) -> SystemExamined | None:
    """Try the object store in which the lake stands; None for a lake in the home. Troubles are told, not raised."""
    try:
        lake = inputs.home.lake
        if not isinstance(lake, ObjectStorage):
            return None
        lake.tried()
    except StorageTrouble as trouble:
        return SystemExamined("the lake", LAKE_URL, "", trouble=str(trouble))
    return SystemExamined("the lake", LAKE_URL, f"{lake.address} takes, lists, gives back and removes")


def examined(inputs: Inputs, name: str) -> SystemExamined:
    """Ask a system everything that a run depends on; nothing is written. Troubles are told, not raised."""
    connector = inputs.loaded.map.systems[name].connector
    try:
        source = inputs.source(name)
        if isinstance(source, LiveSource):
            greeting = source.client.greet()
            says = "; ".join(part for part in (greeting.who, greeting.left) if part)
            found = tuple(_asked(source, one) for one in source.system.objects)
            return SystemExamined(name, connector, says, found, source.client.cannot_see)
        place = source.folder.place if isinstance(source, FileSource) else str(inputs.data_root)
        found = tuple(_exports(inputs, source, name))
    except SourceError as error:
        return SystemExamined(name, connector, "", trouble=str(error))
    return SystemExamined(name, connector, f"exports in {place}", found)


def _exports(inputs: Inputs, source: Source, name: str) -> Iterator[ObjectExamined]:
    for one, spec in inputs.loaded.map.systems[name].objects.items():
        days = source.days(one)
        if days:
            says = f"{len(days)} days, {days[0]} to {days[-1]}"
            yield ObjectExamined(one, says, tuple(_unread(inputs, source, name, one, days[-1])))
        else:
            yield ObjectExamined(one, "no export", () if spec.optional else (str(source.missing(one)),))


def _unread(inputs: Inputs, source: Source, name: str, object_name: str, day: date) -> Iterator[str]:
    """What is wrong with the newest export: it cannot be read, or lacks columns that the map names."""
    try:
        there = source.read(object_name, day).frame.columns
    except SourceError as error:
        yield str(error)
        return
    for column in sorted(columns_read(inputs.loaded.map, name, object_name)):
        if column not in there:
            near = did_you_mean(column, there)
            yield f"the export of {day} has no column {column}{f'; {near}' if near else ''}"


def _asked(source: LiveSource, object_name: str) -> ObjectExamined:
    asked = source.asked(object_name)
    try:
        count = source.client.count(asked)
        troubles = tuple(_lacking(source, asked))
    except SourceError as error:
        return ObjectExamined(object_name, "no answer", (str(error),))
    if count == 0:
        troubles = (*troubles, "It shows no record: may the login see them?")
    return ObjectExamined(object_name, f"{count:,} records" if count is not None else "does not count", troubles)


def _lacking(source: LiveSource, asked: Asked) -> Iterator[str]:
    """Columns that the map names and the metadata does not. A dotted one is another object's."""
    there = [column.name for column in source.client.columns(asked)]
    if not there:
        return
    known = {name.casefold() for name in there}
    for name in asked.columns:
        if "." not in name and name.casefold() not in known | source.client.made_up:
            near = did_you_mean(name, there)
            yield f"{asked.table} has no column {name}{f'; {near}' if near else ''}"
