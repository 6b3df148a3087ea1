"""What a map permits to be written into a system."""

from revrecon.entity_map.connectors import WrittenSystem
from revrecon.entity_map.systems import System
from revrecon.entity_map.write_back import WriteBack


def permit_of(system: System) -> WriteBack | None:
    """The permission to write into a system; None where its map gives none, or its kind is never written to."""
    return system.settings.write_back if isinstance(system, WrittenSystem) else None


def master_id_column(system: System, object_name: str) -> str | None:
    """The column of an object that takes its id in the account master, where the map names one."""
    permit = permit_of(system)
    written = permit.objects.get(object_name) if permit is not None else None
    return written.master_id if written is not None else None
