"""The connectors that a map may name. A new one is a client of its own and a row here."""

from collections.abc import Callable
from pathlib import Path

from revrecon.entity_map.problems import did_you_mean
from revrecon.entity_map.systems import System
from revrecon.sources.contract import Source, UnknownConnector
from revrecon.sources.files.source import FileSource

CONNECTORS: dict[str, Callable[[str, System, Path], Source]] = {
    "files": FileSource,
}


def open_source(name: str, system: System, data_root: Path) -> Source:
    """The source of a system. Raises UnknownConnector with the nearest known one."""
    if system.connector in CONNECTORS:
        return CONNECTORS[system.connector](name, system, data_root)
    near = did_you_mean(system.connector, CONNECTORS)
    known = ", ".join(sorted(CONNECTORS))
    raise UnknownConnector(
        f"systems.{name}.connector is '{system.connector}'; known connectors: {known}{f'; {near}' if near else '.'}"
    )
