"""Landing: what a source has and the lake does not, day by day."""

from datetime import date

from revrecon.entity_map.systems import SourceObject
from revrecon.history.lake import Kept, Lake
from revrecon.sources.contract import Source


def land_object(
    source: Source,
    lake: Lake,
    system: str,
    object_name: str,
    spec: SourceObject,
    as_of: date,
    accept_shrink: bool = False,
) -> list[Kept]:
    """Keep every extract of an object up to a day that is new or was exported again; those newly kept.

    An optional object may be absent. Raises SourceError and LakeError.
    """
    days = [day for day in source.days(object_name) if day <= as_of]
    known = {kept.day: kept for kept in lake.kept(system, object_name, as_of)}
    if not days and not known and not spec.optional:
        if not source.days(object_name):
            raise source.missing(object_name)
        return []
    landed = []
    for day in days:
        fingerprint = source.fingerprint(object_name, day)
        if day in known and known[day].fingerprint == fingerprint:
            continue
        kept = lake.keep(system, object_name, spec, source.read(object_name, day), fingerprint, accept_shrink)
        if kept.new:
            landed.append(kept)
    return landed
