"""Commands about the Entity Map itself."""

import sys

from revrecon.cli.consoles import out
from revrecon.cli.openings import told_plainly
from revrecon.cli.options import DEFAULT_MAP, MapOption
from revrecon.entity_map.loader import load_map
from revrecon.entity_map.schema import json_schema_text


@told_plainly
def check(map_path: MapOption = DEFAULT_MAP) -> None:
    """Validate the Entity Map; every mistake at once, each with its line."""
    loaded = load_map(map_path)
    entity_map = loaded.map
    out.print(
        f"{map_path} is sound: map version {entity_map.map.version} of {entity_map.company.name}, "
        f"{len(entity_map.systems)} systems, {len(entity_map.entities)} entities, {len(entity_map.numbers)} numbers "
        f"({sum(len(n.definitions) for n in entity_map.numbers.values())} definitions). sha256 {loaded.sha256[:12]}",
        highlight=False,
    )


@told_plainly
def schema() -> None:
    """Print the JSON Schema of the Entity Map, for editors."""
    sys.stdout.write(json_schema_text())
