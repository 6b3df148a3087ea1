"""Landing: what a source has and the lake does not, day by day."""

from datetime import date

from revrecon.entity_map.systems import SourceObject
from revrecon.history.lake import Kept, Lake
from revrecon.history.live_landing import land_live
from revrecon.sources.contract import Source, SourceError
from revrecon.sources.live.system import LiveSource


def land_object(
    source: Source | LiveSource,
    lake: Lake,
    system: str,
    object_name: str,
    spec: SourceObject,
    as_of: date,
    accept_shrink: bool = False,
) -> list[Kept]:
    """Keep everything of an object up to a day that is new; what is newly kept.

    Exports are taken in by their days, those that were exported again too; a live system is asked. An optional object
    may be absent. Raises SourceError and LakeError.
    """
    if isinstance(source, LiveSource):
        return land_live(source, lake, object_name, as_of, accept_shrink)
    return _land_exports(source, lake, system, object_name, spec, as_of, accept_shrink)


def land_or_go_on(
    source: Source | LiveSource, lake: Lake, system: str, object_name: str, spec: SourceObject, as_of: date,
    accept_shrink: bool = False,
) -> SourceError | None:  # fmt: skip
    """The same for a run that goes on: where a system does not answer, and something of the object is known from
    before, that is its state still, and the trouble is returned. The day's tables say since when it is stale.
    """
    try:
        land_object(source, lake, system, object_name, spec, as_of, accept_shrink)
    except SourceError as trouble:
        if not trouble.may_pass or not lake.kept(system, object_name, as_of):
            raise
        return trouble
    return None


def _land_exports(
    source: Source, lake: Lake, system: str, object_name: str, spec: SourceObject, as_of: date, accept_shrink: bool
) -> list[Kept]:
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
