"""The timing of an entity on a day: claims, lags and what is overdue, per copy, from the entity's replayed past."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from revrecon.entity_map.entities import Copy
from revrecon.entity_map.model import EntityMap
from revrecon.quality.drift import no_overdue
from revrecon.timing.claims import CLAIM_SCHEMA, claims_of, overdue
from revrecon.timing.lags import followed, lag_of, usual_lag
from revrecon.timing.record import WINDOWS
from revrecon.timing.replay import Changes, replay
from revrecon.timing.timeline import timeline

_BEFORE = timedelta(days=60)
"""So long before the first claim that is counted the replay begins: what was open then is known to be old."""


@dataclass(frozen=True)
class CopyTiming:
    """One copy: its claims (CLAIM_SCHEMA), its usual lag (LAG_SCHEMA), what is overdue (OVERDUE_SCHEMA)."""

    claims: pl.DataFrame
    lag: pl.DataFrame
    overdue: pl.DataFrame


def entity_timing(
    entity_map: EntityMap, entity_name: str, crosswalk: pl.DataFrame, changes: Changes, as_of: date
) -> Mapping[str, CopyTiming]:
    """The timing of every copy that follows another one.

    It rests on what was received up to the day and on the day's own identities, so that a past day gives the same
    answer whenever it is asked for. Claims that were made before the longest window are not told.
    """
    since = as_of - timedelta(days=max(WINDOWS))
    first = since - _BEFORE
    followers = _followers(entity_map, entity_name)
    if not is_timed(entity_map, entity_name):
        return {name: _untimed(entity_name, name) for name in followers}
    replayed = replay(entity_map, entity_name, crosswalk, changes, first, as_of)
    found = {}
    for name, copy in followers.items():
        told = timeline(entity_map, replayed, name)
        lag = lag_of(entity_name, name, followed(entity_map, told, first))
        claims = claims_of(entity_map, entity_name, name, told, as_of, usual_lag(lag))
        late = no_overdue() if copy.freshness is None else overdue(claims, told)
        found[name] = CopyTiming(claims.filter(pl.col("claimed_on") > since), lag, late)
    return found


def is_timed(entity_map: EntityMap, entity_name: str) -> bool:
    """Whether timing can be told of an entity at all: a limit is set for a copy, or a canonical one has a clock."""
    limits = [copy.freshness for copy in _followers(entity_map, entity_name).values()]
    return any(limit is not None for limit in limits) or _has_clock(entity_map, entity_name)


def _followers(entity_map: EntityMap, entity_name: str) -> dict[str, Copy]:
    entity = entity_map.entities[entity_name]
    return {name: copy for name, copy in entity.replication.items() if name not in entity.canonical_system}


def _has_clock(entity_map: EntityMap, entity_name: str) -> bool:
    """Whether any canonical copy says when its records were created or changed."""
    entity = entity_map.entities[entity_name]
    objects = [entity_map.object_of(name, entity.replication[name]) for name in entity.canonical_system]
    return any(one.created or one.changed for one in objects)


def _untimed(entity_name: str, copy_name: str) -> CopyTiming:
    """Where nobody says when anything changed, and no limit is set, nothing is timing, and no lag can be learned."""
    lag = lag_of(entity_name, copy_name, pl.Series("lag", [], dtype=pl.Duration("us")))
    return CopyTiming(pl.DataFrame(schema=CLAIM_SCHEMA), lag, no_overdue())
