"""Keeping a map: its text in the store of maps, and in the ledger that it is used from now on, and by whom."""

from datetime import date, datetime

from revrecon.daily.home import Home
from revrecon.decisions.map_register import MapRegister
from revrecon.entity_map.loader import LoadedMap
from revrecon.history.map_store import MapStore, StoredMap

A_RUN = "a run"
"""Who brings a map in that nobody decided: whoever edited the file before a run read it."""


def keep_map(
    home: Home, loaded: LoadedMap, since: date | None = None, by: str = A_RUN, now: datetime | None = None
) -> StoredMap:
    """Keep a map; one that is there already stays as it is. Maps from before the register are taken up with it."""
    store, register = MapStore(home.maps), MapRegister(home.ledger)
    earlier = store.all() if not register.all() else []
    stored = store.keep(loaded, since, now)
    register.add(earlier, A_RUN)
    register.add([stored], by)
    return stored
