"""The front door for Dagster: load the map, pin it to this code location, build the definitions.

REVRECON_MAP, REVRECON_DATA and REVRECON_HOME name the map, the root of the file exports and the home. Runs read the map
as it was when the code location was loaded; a broken edit keeps the last good one running and says so.
"""

import os
from pathlib import Path

import dagster as dg

from revrecon.dagster_defs.build import build_definitions
from revrecon.dagster_defs.pin import loaded_sha
from revrecon.daily.home import open_home
from revrecon.daily.pinned_map import pinned


@dg.definitions
def defs() -> dg.Definitions:
    """RevRecon's definitions for the map of this environment."""
    map_path = Path(os.environ.get("REVRECON_MAP", "entity_map.yaml")).resolve()
    home = open_home()
    pin = pinned(map_path, home, sha=loaded_sha())
    loaded_sha(pin.loaded.sha256)
    data = Path(os.environ.get("REVRECON_DATA", map_path.parent / "data")).resolve()
    if pin.trouble:
        dg.get_dagster_logger().error(pin.trouble)
    return build_definitions(pin.loaded, pin.path, data, home.root)
