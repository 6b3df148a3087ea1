"""What changed since an earlier day: in any copy, and whatever hangs together with it."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from revrecon.daily.carrying.part import KEY_SCHEMA
from revrecon.daily.received import Received
from revrecon.entity_map.model import EntityMap
from revrecon.history.lake import STATE_COLUMNS, Lake


def said_anew(entity_map: EntityMap, entity: str, lake: Lake, since: date, as_of: date) -> pl.DataFrame:
    """The records of an entity of which any copy says something else on a day than on an earlier one (KEY_SCHEMA)."""
    found = [pl.DataFrame(schema=KEY_SCHEMA)]
    received = Received(entity_map, lake)
    for name, copy in entity_map.entities[entity].replication.items():
        system = entity_map.system_of(name, copy)
        keys = _keys(received, system, copy.object, since, as_of)
        found.append(keys.select(pl.lit(name).alias("copy"), pl.col("_key").alias("record_id")))
    return pl.concat(found)


def _keys(received: Received, system: str, object_name: str, since: date, as_of: date) -> pl.DataFrame:
    new = [kept for kept in received.lake.kept(system, object_name, as_of) if kept.day > since]
    nothing = pl.DataFrame(schema={"_key": pl.String})
    if not new:
        return nothing
    if all(kept.contents == "changed" for kept in new):
        return pl.concat([pl.scan_parquet(kept.path).select("_key") for kept in new]).unique().collect()
    now = received.states(system, as_of)[object_name]
    before = received.states(system, since).get(object_name)
    return now.select("_key") if before is None else _differing(before, now)


def _differing(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """The keys whose rows are not the same, gone ones among them; every key where the columns are others."""
    said = [name for name in now.columns if name not in STATE_COLUMNS]
    if set(said) != {name for name in before.columns if name not in STATE_COLUMNS}:
        return now.select("_key")
    if now["_key"].equals(before["_key"]):
        return now.filter(_print(now, said) != _print(before, said)).select("_key")
    print_ = [frame.select("_key", _print(frame, said).alias("_print")) for frame in (before, now)]
    return print_[1].join(print_[0], on=["_key", "_print"], how="anti").select("_key")


def _print(frame: pl.DataFrame, columns: list[str]) -> pl.Series:
    return frame.select(pl.struct(sorted(columns)).hash(seed=3)).to_series()


def hanging_together(keys: pl.DataFrame, ties: list[pl.LazyFrame], at_most: int) -> pl.DataFrame | None:
    """The records (KEY_SCHEMA) with all that any tie leads to, however far; None if these are more than `at_most`."""
    every, fresh = keys.unique(), keys.unique()
    while not fresh.is_empty():
        if every.height > at_most:
            return None
        fresh = _neighbours(fresh, ties).join(every, on=list(KEY_SCHEMA), how="anti")
        every = pl.concat([every, fresh])
    return every


def _neighbours(keys: pl.DataFrame, ties: list[pl.LazyFrame]) -> pl.DataFrame:
    named = pl.concat(_touching(keys, ties)).select("tie").unique()
    return (
        pl.concat([frame.join(named, on="tie", how="semi").select(list(KEY_SCHEMA)) for frame in ties])
        .unique()
        .collect()
    )


def _touching(keys: pl.DataFrame, ties: list[pl.LazyFrame]) -> Iterator[pl.LazyFrame]:
    for frame in ties:
        yield frame.join(keys.lazy(), on=list(KEY_SCHEMA), how="semi")
