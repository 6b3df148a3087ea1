"""Replay: an entity's records on every past day on which anything was said about them, worked out all at once.

Each record and day is a record of its own, under the key `KEY<US>2026-11-03`, so that copies are read, survivors chosen
and values compared by the very rules of a single day, once for all days. Identities are those of the day asked for;
references are left as their systems' keys.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from revrecon.canonical.copies import CopyRecords, copy_records
from revrecon.canonical.former import no_former_values
from revrecon.canonical.rates import rates_known
from revrecon.canonical.survivorship import numbered, survivors
from revrecon.canonical.world import EntityWorld, World, end_of
from revrecon.entity_map.model import EntityMap

Changes = Callable[[str], Mapping[str, pl.DataFrame]]
"""Given a system: of each of its known objects the rows that said something new, oldest first (`changes_of`)."""

DAYS_SCHEMA: dict[str, pl.DataType] = {
    "stacked_id": pl.String(),  # a canonical id on a day, as the replay's frames name it
    "canonical_id": pl.String(),
    "day": pl.Date(),
}
"""One row per canonical record and day on which anything was said about it."""

_US = "\x1f"


@dataclass(frozen=True)
class Replay:
    """The days of an entity's records (DAYS_SCHEMA), and a world in which each of them is a record."""

    entity: str
    days: pl.DataFrame
    world: World


def replay(
    entity_map: EntityMap, entity_name: str, crosswalk: pl.DataFrame, changes: Changes, first: date, as_of: date
) -> Replay:
    """Everything about an entity's records from a first day to the day asked for.

    Only records that changed in a canonical copy after the first day are looked at; what was said earlier of them is
    told as of the first day. `crosswalk` (CROSSWALK_SCHEMA) is the entity's, of the day asked for.
    """
    raw = _raw_copies(entity_map, entity_name, changes, as_of)
    days = _days(entity_map, entity_name, crosswalk, raw, changes, first)
    grids = {name: _grid(days, crosswalk, name, frame) for name, frame in raw.items()}
    ids = pl.concat([pl.DataFrame(schema=_CROSSED), *(_crossed(name, grid) for name, grid in grids.items())])
    read = {
        name: copy_records(entity_map, entity_name, name, _states(entity_map, entity_name, name, grid, changes))
        for name, grid in grids.items()
    }
    entity = entity_map.entities[entity_name]
    copies: dict[str, CopyRecords] = {n: replace(copy, records=numbered(copy, ids)) for n, copy in read.items()}
    nothing = pl.DataFrame()
    here = EntityWorld(copies, ids, survivors(entity, read, ids), no_former_values, nothing, {})
    rates = rates_known(entity_map, changes)
    moment = end_of(as_of, entity_map.company.zone)
    return Replay(entity_name, days, World(as_of, moment, {entity_name: here}, rates))


_CROSSED = {"copy": pl.String(), "record_id": pl.String(), "canonical_id": pl.String()}


def _raw_copies(entity_map: EntityMap, entity_name: str, changes: Changes, as_of: date) -> dict[str, pl.DataFrame]:
    """Per copy that has said anything: what its object said up to the day."""
    found = {}
    for name, copy in entity_map.entities[entity_name].replication.items():
        known = changes(entity_map.system_of(name, copy))
        if copy.object in known:
            found[name] = known[copy.object].filter(pl.col("_observed_on") <= as_of)
    return found


def _days(
    entity_map: EntityMap, entity_name: str, crosswalk: pl.DataFrame, raw: Mapping[str, pl.DataFrame],
    changes: Changes, first: date,
) -> pl.DataFrame:  # fmt: skip
    entity = entity_map.entities[entity_name]
    said = []
    for name, frame in raw.items():
        told = frame.select(pl.col("_key").alias("record_id"), pl.col("_observed_on").alias("day"))
        pointed = [told, *_pointing(entity_map, entity_name, name, changes, frame)]
        mine = crosswalk.filter(pl.col("copy") == name).select("record_id", "canonical_id").drop_nulls()
        is_anchor = pl.lit(name in entity.canonical_system).alias("_anchor")
        said.append(pl.concat(pointed).join(mine, on="record_id").with_columns(is_anchor))
    every = pl.concat([pl.DataFrame(schema=_SAID), *said])
    moved = every.filter(pl.col("_anchor"), pl.col("day") >= first)["canonical_id"].unique()
    days = every.filter(pl.col("canonical_id").is_in(moved.implode())).select(
        "canonical_id", pl.max_horizontal("day", pl.lit(first)).alias("day")
    )
    stacked = pl.concat_str("canonical_id", pl.lit(_US), pl.col("day").cast(pl.String)).alias("stacked_id")
    return days.unique().sort("canonical_id", "day").select(stacked, "canonical_id", "day")


_SAID = {"record_id": pl.String(), "day": pl.Date(), "canonical_id": pl.String(), "_anchor": pl.Boolean()}


def _pointing(
    entity_map: EntityMap, entity_name: str, copy_name: str, changes: Changes, frame: pl.DataFrame
) -> list[pl.DataFrame]:
    """Days on which another object first pointed to a record of the copy, where the map asks (`exists_in`)."""
    copy = entity_map.entities[entity_name].replication[copy_name]
    last = frame["_observed_on"].max()
    known = changes(entity_map.system_of(copy_name, copy))
    asked = [(m.exists_in, str(m.by)) for m in copy.fields.values() if m.exists_in in known]
    return [_first_pointed(known[str(other)], by).filter(pl.col("day") <= last) for other, by in asked]


def _first_pointed(other: pl.DataFrame, by: str) -> pl.DataFrame:
    days = other.filter(~pl.col("_gone")).drop_nulls(by).group_by(by).agg(pl.col("_observed_on").min().alias("day"))
    return days.select(pl.col(by).alias("record_id"), "day")


def _grid(days: pl.DataFrame, crosswalk: pl.DataFrame, copy_name: str, raw: pl.DataFrame) -> pl.DataFrame:
    """A copy's raw rows as they stood on each day of their canonical record, their keys with the day."""
    mine = crosswalk.filter(pl.col("copy") == copy_name).select(pl.col("record_id").alias("_key"), "canonical_id")
    wanted = days.join(mine.drop_nulls(), on="canonical_id").select(
        "_key", pl.col("stacked_id").alias("_stacked"), pl.col("day").alias("_day")
    )
    told = raw.with_columns(pl.col("_observed_on").alias("_told_on")).sort("_told_on", maintain_order=True)
    seen = wanted.sort("_day", "_key").join_asof(
        told, left_on="_day", right_on="_told_on", by="_key", strategy="backward", check_sortedness=False
    )
    dated = pl.concat_str("_key", pl.lit(_US), pl.col("_day").cast(pl.String))
    return seen.drop_nulls("_observed_on").with_columns(pl.col("_key").alias("_record"), dated.alias("_key"))


def _crossed(copy_name: str, grid: pl.DataFrame) -> pl.DataFrame:
    return grid.select(
        pl.lit(copy_name).alias("copy"), pl.col("_key").alias("record_id"), pl.col("_stacked").alias("canonical_id")
    )


def _states(
    entity_map: EntityMap, entity_name: str, copy_name: str, grid: pl.DataFrame, changes: Changes
) -> dict[str, pl.DataFrame]:
    """The stacked rows of a copy's object, and of the objects that the map asks whether they point to them."""
    copy = entity_map.entities[entity_name].replication[copy_name]
    known = changes(entity_map.system_of(copy_name, copy))
    states = {copy.object: grid.drop("_stacked", "_day", "_record", "_told_on")}
    for mapping in copy.fields.values():
        if mapping.exists_in in known:
            by, other = str(mapping.by), str(mapping.exists_in)
            pointed = _pointed_by(grid, known[other], by)
            states[other] = pl.concat([states[other], pointed], how="diagonal") if other in states else pointed
    return states


def _pointed_by(grid: pl.DataFrame, other: pl.DataFrame, by: str) -> pl.DataFrame:
    first = _first_pointed(other, by).select(pl.col("record_id").alias("_record"), pl.col("day").alias("_from"))
    return grid.join(first, on="_record").filter(pl.col("_from") <= pl.col("_day")).select(pl.col("_key").alias(by))
