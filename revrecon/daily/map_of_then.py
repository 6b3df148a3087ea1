"""Which map a day is run under: today's, or the one that was in effect on that day."""

from dataclasses import replace
from datetime import date

from revrecon.daily.run import Inputs
from revrecon.history.map_store import MapStore


def under_the_map_of_then(inputs: Inputs, as_of: date) -> Inputs:
    """The same inputs with the newest stored map that was in effect on a day; the report says which. Raises NoSuchMap.

    Today's map is kept in the store first, so that it counts too.
    """
    store = MapStore(inputs.home.maps)
    store.keep(inputs.loaded)
    stored = store.on(as_of, inputs.loaded.map.company.name)
    loaded = store.by_sha(stored.sha256)
    if loaded.sha256 == inputs.loaded.sha256:
        return replace(inputs, map_note=f"The map of that day is today's: version {stored.version}.")
    note = (
        f"Run under the map of that day: version {stored.version}, in effect from {stored.effective} "
        f"(SHA-256 {stored.sha256[:12]}). Today's is version {inputs.loaded.map.map.version}."
    )
    return replace(inputs, loaded=loaded, map_note=note)
