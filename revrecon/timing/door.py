"""The timing of an entity on a day: claims, lags and what is overdue, per copy, from the entity's replayed past."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.quality.drift import no_overdue
from revrecon.timing.claims import claims_of, overdue
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
    replayed = replay(entity_map, entity_name, crosswalk, changes, first, as_of)
    found = {}
    for name, copy in entity_map.entities[entity_name].replication.items():
        if name in entity_map.entities[entity_name].canonical_system:
            continue
        told = timeline(entity_map, replayed, name)
        lag = lag_of(entity_name, name, followed(entity_map, told, first))
        claims = claims_of(entity_map, entity_name, name, told, as_of, usual_lag(lag))
        late = no_overdue() if copy.freshness is None else overdue(claims, told)
        found[name] = CopyTiming(claims.filter(pl.col("claimed_on") > since), lag, late)
    return found
