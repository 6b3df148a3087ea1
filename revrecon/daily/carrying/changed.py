"""What changed since an earlier day: in any copy, and whatever hangs together with it."""

from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl

from revrecon.daily.carrying.part import KEY_SCHEMA, of_records
from revrecon.entity_map.model import EntityMap
from revrecon.history.lake import Lake
from revrecon.history.news import Said
from revrecon.history.prints import keys_anew


def said_anew(entity_map: EntityMap, entity: str, lake: Lake, since: date, as_of: date) -> pl.DataFrame:
    """The records of an entity of which any copy says something else on a day than on an earlier one (KEY_SCHEMA)."""
    found = [pl.DataFrame(schema=KEY_SCHEMA)]
    for name, copy in entity_map.entities[entity].replication.items():
        system = entity_map.system_of(name, copy)
        keys = _keys(lake, system, copy.object, since, as_of)
        found.append(keys.select(pl.lit(name).alias("copy"), pl.col("_key").alias("record_id")))
    return pl.concat(found)


def _keys(lake: Lake, system: str, object_name: str, since: date, as_of: date) -> pl.DataFrame:
    """The keys (`_key`) of an object that may say something else than on that day."""
    said = lake.said(system, object_name, as_of)
    columns = [set(lake.columns(system, object_name, day)) for day in (since, as_of)]
    if columns[0] != columns[1]:  # what a record lacks has other columns now, whatever was said
        return _named(lake, [Said(one.kept, is_news=False) for one in said])
    new = [one for one in said if one.day > since]
    if any(one.is_complete for one in new):
        return keys_anew([one.kept for one in said], since)
    return _named(lake, new)


def _named(lake: Lake, said: Sequence[Said]) -> pl.DataFrame:
    """Every key that some extracts name, or lack (`_key`)."""
    lake.storage.fetch(one.path for one in said)
    none = pl.LazyFrame(schema={"_key": pl.String})
    return pl.concat([none, *(pl.scan_parquet(one.here).select("_key") for one in said)]).unique().collect()


def hanging_together(keys: pl.DataFrame, ties: Sequence[Sequence[pl.LazyFrame]], at_most: int) -> pl.DataFrame | None:
    """The records (KEY_SCHEMA) with all that any tie leads to, however far; None if these are more than `at_most`.

    `ties`: frames (`tie`, KEY_SCHEMA), by the kind of their ties. Frames of one kind tie across each other.
    """
    every, fresh = keys.unique(), keys.unique()
    while not fresh.is_empty():
        if every.height > at_most:
            return None
        fresh = _neighbours(fresh, ties).join(every, on=list(KEY_SCHEMA), how="anti")
        every = pl.concat([every, fresh])
    return every


def _neighbours(keys: pl.DataFrame, ties: Sequence[Sequence[pl.LazyFrame]]) -> pl.DataFrame:
    return pl.concat([frame for kind in ties for frame in _tied(keys, kind)]).unique().collect()


def _tied(keys: pl.DataFrame, frames: Sequence[pl.LazyFrame]) -> Iterator[pl.LazyFrame]:
    touching = pl.concat([of_records(frame, keys).select("tie") for frame in frames])
    named = touching.unique().collect()["tie"].implode()
    for frame in frames:
        yield frame.filter(pl.col("tie").is_in(named)).select(list(KEY_SCHEMA))
