"""The desk: the one resource that assets work at. It hands the day of a partition to every step of a run."""

from datetime import date
from pathlib import Path
from threading import Lock

import dagster as dg

from revrecon.daily.day import Day
from revrecon.daily.home import Home
from revrecon.daily.kept_maps import keep_map
from revrecon.daily.map_of_then import under_the_map_of_then
from revrecon.daily.run import Inputs
from revrecon.daily.ticket_desk import TicketDesk
from revrecon.entity_map.loader import LoadedMap, load_map
from revrecon.entity_map.model import EntityMap
from revrecon.history.lake import Lake
from revrecon.sources.registry import AnySource, open_source

MAP_OF_THEN = "revrecon/map_of_then"
"""The run tag by which a past day is run under the map of that day."""
_KEPT_DAYS = 4
_days: dict[tuple[str, str, str], Day] = {}
_lock = Lock()


class OtherAssets(Exception):
    """The map of that day has other systems, copies or numbers than the loaded one, whose assets these are."""


def require_the_same_assets(loaded: EntityMap, then: EntityMap, day: date) -> None:
    """Raise OtherAssets where a map would need other assets than the loaded one."""
    if _named(loaded) != _named(then):
        raise OtherAssets(
            f"The map of {day}, version {then.map.version}, has other systems, copies or numbers than version "
            f"{loaded.map.version}, which this code location was loaded with. Run the day outside Dagster: "
            f"revrecon run --day {day} --map-of-then"
        )


def _named(entity_map: EntityMap) -> tuple[set[str], set[str], set[str]]:
    objects = {f"{name}/{o}" for name, system in entity_map.systems.items() for o in system.objects}
    copies = {f"{name}/{copy}" for name, entity in entity_map.entities.items() for copy in entity.replication}
    return objects, copies, set(entity_map.numbers)


class Desk(dg.ConfigurableResource):  # type: ignore[type-arg]  # a Desk of Desks: it is its own value
    """Where the map, the exports and the home are; everything else follows from these three."""

    map_path: str
    data_root: str
    home_root: str

    def loaded_map(self) -> LoadedMap:
        """The pinned Entity Map of this code location."""
        return load_map(Path(self.map_path))

    @property
    def home(self) -> Home:
        return Home(Path(self.home_root))

    @property
    def data_folder(self) -> Path:
        return Path(self.data_root)

    def inputs(self) -> Inputs:
        """What a run starts from under the pinned map."""
        return Inputs(self.loaded_map(), self.data_folder, self.home)

    def ticket_desk(self) -> TicketDesk:
        """The tickets, as they stand after the newest day."""
        return TicketDesk(self.loaded_map().map, self.home)

    def source(self, system: str) -> AnySource:
        """A system's connector."""
        return open_source(self.loaded_map().map, system, Path(self.data_root), spool=self.home.spool)

    def lake(self) -> Lake:
        return Lake(self.home.lake)

    def _map_for(self, context: dg.AssetExecutionContext) -> tuple[LoadedMap, str]:
        """The pinned map, or with the run tag `revrecon/map_of_then: true` that of the day, and what to say of it."""
        loaded = self.loaded_map()
        keep_map(self.home, loaded)
        if context.run.tags.get(MAP_OF_THEN) != "true":
            return loaded, ""
        day = date.fromisoformat(context.partition_key)
        inputs = under_the_map_of_then(Inputs(loaded, Path(self.data_root), self.home), day)
        require_the_same_assets(loaded.map, inputs.loaded.map, day)
        return inputs.loaded, inputs.map_note

    def day(self, context: dg.AssetExecutionContext) -> Day:
        """The day of the step's partition; steps of one run share it, and what it has worked out."""
        key = (context.run.run_id, context.partition_key, self.home_root)
        with _lock:
            if key not in _days:
                while len(_days) >= _KEPT_DAYS:
                    _days.pop(next(iter(_days)))
                loaded, note = self._map_for(context)
                day = date.fromisoformat(context.partition_key)
                _days[key] = Day(loaded, self.home, day, map_note=note)
            return _days[key]
