"""The timing of an entity on a day: claims, lags and what is overdue, per copy, from the entity's replayed past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from revrecon.entity_map.entities import Copy
from revrecon.entity_map.model import EntityMap
from revrecon.quality.drift import no_overdue
from revrecon.timing.claims import CLAIM_SCHEMA, claims_of, overdue, usually_by
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


@dataclass(frozen=True)
class TimingShare:
    """What some records of a copy give to its timing.

    Their claims (CLAIM_SCHEMA, `usually_on` still empty), the lags that were observed (LAGS_SCHEMA), and what is
    overdue (OVERDUE_SCHEMA).
    """

    claims: pl.DataFrame
    lags: pl.DataFrame
    overdue: pl.DataFrame


LAGS_SCHEMA: dict[str, pl.DataType] = {"lag": pl.Duration("us")}
"""One row per change that a copy followed."""

TIMING_SHARES: tuple[str, ...] = ("claims", "lags", "overdue")
"""The frames of a TimingShare."""

NOTHING_TIMED = TimingShare(pl.DataFrame(schema=CLAIM_SCHEMA), pl.DataFrame(schema=LAGS_SCHEMA), no_overdue())
"""Where nobody says when anything changed, and no limit is set, nothing is timing, and no lag can be learned."""


def entity_timing(
    entity_map: EntityMap, entity_name: str, crosswalk: pl.DataFrame, changes: Changes, as_of: date
) -> Mapping[str, CopyTiming]:
    """The timing of every copy that follows another one.

    It rests on what was received up to the day and on the day's own identities, so that a past day gives the same
    answer whenever it is asked for. Claims that were made before the longest window are not told.
    """
    shares = timing_shares(entity_map, entity_name, crosswalk, changes, as_of)
    return {name: timing_of(entity_map, entity_name, name, [share]) for name, share in shares.items()}


def timing_shares(
    entity_map: EntityMap, entity_name: str, crosswalk: pl.DataFrame, changes: Changes, as_of: date
) -> Mapping[str, TimingShare]:
    """What the records of a crosswalk, all or some of an entity's, give to the timing of each copy that follows."""
    since = as_of - timedelta(days=max(WINDOWS))
    first = since - _BEFORE
    followers = followers_of(entity_map, entity_name)
    if not is_timed(entity_map, entity_name):
        return dict.fromkeys(followers, NOTHING_TIMED)
    replayed = replay(entity_map, entity_name, crosswalk, changes, first, as_of)
    found = {}
    for name, copy in followers.items():
        told = timeline(entity_map, replayed, name)
        claims = claims_of(entity_map, entity_name, name, told, as_of)
        late = no_overdue() if copy.freshness is None else overdue(claims, told)
        lags = followed(entity_map, told, first).to_frame()
        found[name] = TimingShare(claims.filter(pl.col("claimed_on") > since), lags, late)
    return found


def timing_of(entity_map: EntityMap, entity_name: str, copy_name: str, shares: Sequence[TimingShare]) -> CopyTiming:
    """The timing of a copy from the shares of all its records; only the usual lag rests on all of them at once."""
    lag = lag_of(entity_name, copy_name, pl.concat([one.lags for one in shares])["lag"])
    claims = usually_by(pl.concat([one.claims for one in shares]), usual_lag(lag), entity_map.company.zone)
    late = pl.concat([one.overdue for one in shares])
    return CopyTiming(
        claims.sort("canonical_id", pl.col("field").fill_null(""), "claimed_on"),
        lag,
        late.sort("canonical_id", "field"),
    )


def is_timed(entity_map: EntityMap, entity_name: str) -> bool:
    """Whether timing can be told of an entity at all: a limit is set for a copy, or a canonical one has a clock."""
    limits = [copy.freshness for copy in followers_of(entity_map, entity_name).values()]
    return any(limit is not None for limit in limits) or _has_clock(entity_map, entity_name)


def followers_of(entity_map: EntityMap, entity_name: str) -> dict[str, Copy]:
    """The copies of an entity that follow a canonical one, in the map's order."""
    entity = entity_map.entities[entity_name]
    return {name: copy for name, copy in entity.replication.items() if name not in entity.canonical_system}


def _has_clock(entity_map: EntityMap, entity_name: str) -> bool:
    """Whether any canonical copy says when its records were created or changed."""
    entity = entity_map.entities[entity_name]
    objects = [entity_map.object_of(name, entity.replication[name]) for name in entity.canonical_system]
    return any(one.created or one.changed for one in objects)
