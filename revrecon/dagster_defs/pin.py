"""Which map a code location was loaded with, carried to its run workers.

Dagster gives workers a public way to rebuild definitions but none to carry a value to them; the reconstruction metadata
of its load context is what state-backed components use, and the one private part that RevRecon touches.
"""

from dagster._core.definitions.definitions_load_context import DefinitionsLoadContext, DefinitionsLoadType

_KEY = "revrecon/entity_map_sha256"


def loaded_sha(sha256: str | None = None) -> str | None:
    """In a worker: the sha256 of the map that its code location was loaded with; elsewhere remember the given one."""
    context = DefinitionsLoadContext.get()
    if context.load_type == DefinitionsLoadType.RECONSTRUCTION:
        return str(context.reconstruction_metadata.get(_KEY, "")) or None
    if sha256 is not None:
        context.add_to_pending_reconstruction_metadata(_KEY, sha256)
    return None
