"""The desk: the one resource that assets work at. It hands the day of a partition to every step of a run."""

from datetime import date
from pathlib import Path
from threading import Lock

import dagster as dg

from revrecon.daily.day import Day
from revrecon.daily.home import Home
from revrecon.daily.ticket_desk import TicketDesk
from revrecon.entity_map.loader import LoadedMap, load_map
from revrecon.history.lake import Lake
from revrecon.sources.contract import Source
from revrecon.sources.registry import open_source

_KEPT_DAYS = 4
_days: dict[tuple[str, str, str], Day] = {}
_lock = Lock()


class Desk(dg.ConfigurableResource):  # type: ignore[type-arg]  # yields itself
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

    def ticket_desk(self) -> TicketDesk:
        """The tickets, as they stand after the newest day."""
        return TicketDesk(self.loaded_map().map, self.home)

    def source(self, system: str) -> Source:
        """A system's connector."""
        return open_source(system, self.loaded_map().map.systems[system], Path(self.data_root))

    def lake(self) -> Lake:
        return Lake(self.home.lake)

    def day(self, context: dg.AssetExecutionContext) -> Day:
        """The day of the step's partition; steps of one run share it, and what it has worked out."""
        key = (context.run.run_id, context.partition_key, self.home_root)
        with _lock:
            if key not in _days:
                while len(_days) >= _KEPT_DAYS:
                    _days.pop(next(iter(_days)))
                _days[key] = Day(self.loaded_map(), self.home, date.fromisoformat(context.partition_key))
            return _days[key]
