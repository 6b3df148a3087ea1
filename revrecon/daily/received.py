"""What was received: raw states, versions and changes of every system's objects over one lake, each read once."""

from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from revrecon.canonical.lazily import Lazily
from revrecon.entity_map.model import EntityMap
from revrecon.history.changes import changes_of
from revrecon.history.lake import Lake
from revrecon.history.standing import with_first_seen
from revrecon.numbers.placing import NotKnown


class Received:
    """The objects of a map's systems, as a lake knows them at the end of any day."""

    def __init__(self, entity_map: EntityMap, lake: Lake) -> None:
        self.map = entity_map
        self.lake = lake
        self._states: dict[tuple[str, date], Mapping[str, pl.DataFrame]] = {}
        self._versions: dict[tuple[str, date], Mapping[str, pl.DataFrame]] = {}
        self._changes: dict[tuple[str, date], Mapping[str, pl.DataFrame]] = {}

    def states(self, system: str, day: date) -> Mapping[str, pl.DataFrame]:
        """The last row of every key of each known object of a system at the end of a day, `_gone` ones marked."""
        if (system, day) not in self._states:
            objects = self.map.systems[system].objects
            read = Lazily(self.known(system, day), lambda name: self.lake.last_rows(system, name, objects[name], day))
            self._states[system, day] = read
        return self._states[system, day]

    def narrow(self, system: str, object_name: str, day: date, columns: Collection[str]) -> pl.DataFrame:
        """As `states` has one object, in some columns alone; read anew each time it is asked for."""
        return self.lake.last_rows(system, object_name, self.map.systems[system].objects[object_name], day, columns)

    def columns(self, system: str, object_name: str, day: date) -> list[str]:
        """The columns of an object that were known by the end of a day."""
        return self.lake.columns(system, object_name, day)

    def versions(self, system: str, day: date) -> Mapping[str, pl.DataFrame]:
        """Every row ever received of each known object of a system, up to a day."""
        if (system, day) not in self._versions:
            objects = self.map.systems[system].objects
            read = Lazily(self.known(system, day), lambda name: self.lake.versions(system, name, objects[name], day))
            self._versions[system, day] = read
        return self._versions[system, day]

    def changes(self, system: str, day: date) -> Mapping[str, pl.DataFrame]:
        """Of each known object of a system the rows that said something new, up to a day."""
        if (system, day) not in self._changes:
            known = self.known(system, day)
            self._changes[system, day] = Lazily(known, lambda name: self._changed(system, name, day))
        return self._changes[system, day]

    def _changed(self, system: str, name: str, day: date) -> pl.DataFrame:
        whole = [one.day for one in self.lake.said(system, name, day) if one.is_complete]
        told = self.lake.told(system, name, self.map.systems[system].objects[name], day)
        return changes_of(with_first_seen(told), whole)

    def knows(self, day: date) -> bool:
        """Whether any system had said anything by the end of a day."""
        return any(self.known(system, day) for system in self.map.systems)

    def require(self, day: date) -> None:
        """Raise NotKnown for a day before all history."""
        if not self.knows(day):
            raise NotKnown(f"nothing was received of any system up to {day}")

    def known(self, system: str, day: date) -> list[str]:
        """The objects of a system that had said anything by the end of a day."""
        return [o for o in self.map.systems[system].objects if any(d <= day for d in self.lake.days(system, o))]
