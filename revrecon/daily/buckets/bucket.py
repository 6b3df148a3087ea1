"""One bucket of one entity: a world of its own, made of staged rows and crosswalks alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.lazily import Lazily
from revrecon.canonical.world import World, copies_on, lone_world, referenced_copy
from revrecon.daily.buckets.dividing import entities_pointed_to
from revrecon.daily.buckets.staging import Stage
from revrecon.daily.received import Received
from revrecon.entity_map.loader import LoadedMap
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.systems import SourceObject
from revrecon.history.lake import Lake, read_of
from revrecon.history.news import LACKING
from revrecon.history.storage.folder import Storage


@dataclass(frozen=True)
class BucketJob:
    """One bucket to be worked on: all that a worker needs to know, beside the files that its storages lead to."""

    loaded: LoadedMap
    lake: Storage
    stage: Stage
    as_of: date
    entity: str
    bucket: int


class BucketLake(Lake):
    """A lake in which the copies of one entity hold the rows of one bucket; all other objects are as received."""

    def __init__(self, job: BucketJob) -> None:
        super().__init__(job.lake)
        self._job = job
        entity_map = job.loaded.map
        copies = entity_map.entities[job.entity].replication
        self._own = {(entity_map.system_of(name, copy), copy.object): name for name, copy in copies.items()}

    def told(
        self, system: str, object_name: str, spec: SourceObject, as_of: date, only: Collection[str] | None = None
    ) -> pl.DataFrame:
        """What was told of the bucket up to a day, oldest first, with the columns that were known by then."""
        copy = self._own.get((system, object_name))
        if copy is None:
            return super().told(system, object_name, spec, as_of, only)
        stage = self._job.stage
        staged = pl.scan_parquet(stage.storage.there(stage.rows(self._job.entity, copy, self._job.bucket)))
        known = staged.collect_schema().names()
        if as_of < self._job.as_of:
            then = {*self.columns(system, object_name, as_of), "_observed_on", LACKING}
            known = [name for name in known if name in then]
        told = known if only is None else read_of(known, only)
        rows = staged.select(told).filter(pl.col("_observed_on") <= as_of)
        return rows.sort("_observed_on", maintain_order=True).collect()


class Bucket:
    """The worlds of one bucket on any day, and who is who in it."""

    def __init__(self, job: BucketJob) -> None:
        self.job = job
        self.lake = BucketLake(job)
        self.received = Received(job.loaded.map, self.lake)
        self.crosswalk = pl.read_parquet(job.stage.storage.there(job.stage.own_crosswalk(job.entity, job.bucket)))
        self._worlds: dict[date, World] = {}

    @property
    def map(self) -> EntityMap:
        return self.job.loaded.map

    @property
    def world(self) -> World:
        return self.world_on(self.job.as_of)

    def world_on(self, day: date) -> World:
        """The world at the end of a day; of entities other than the bucket's it knows nothing.

        Raises NotKnown before all history.
        """
        if day not in self._worlds:
            self.received.require(day)
            received = self.received
            copies = copies_on(self.map, self.job.entity, received.states, day)
            found = Lazily(self.map.entities, lambda name: self._crosswalk(name, copies))
            place = (self.map, self.job.entity, day)
            self._worlds[day] = lone_world(*place, received.states, received.versions, found, copies)
        return self._worlds[day]

    def canonical_records(self) -> dict[date, int]:
        """How many canonical records the bucket holds on each day that was looked at."""
        return {day: world.entities[self.job.entity].canonical.height for day, world in self._worlds.items()}

    def _crosswalk(self, entity: str, copies: Mapping[str, CopyRecords]) -> pl.DataFrame:
        """The bucket's own crosswalk, or of what it points to that of the things that its records name."""
        own = self.crosswalk if entity == self.job.entity else self.crosswalk.clear()
        if entity not in entities_pointed_to(self.map, self.job.entity):
            return own
        named = _pointed_at(self.map, self.job, entity, copies)
        return pl.concat([own, named]).unique(["copy", "record_id"], keep="first", maintain_order=True)


def _pointed_at(entity_map: EntityMap, job: BucketJob, target: str, copies: Mapping[str, CopyRecords]) -> pl.DataFrame:
    """The crosswalk of an entity, less the things to which no record of the bucket points (CROSSWALK_SCHEMA)."""
    whole = pl.scan_parquet(job.stage.storage.there(job.stage.crosswalk(target)))
    keys = pl.concat([pl.DataFrame(schema=_KEY), *_keys_named(entity_map, job.entity, target, copies)]).unique()
    things = whole.join(keys.lazy(), on=["copy", "record_id"], how="semi").select("canonical_id").unique()
    return whole.join(things, on="canonical_id", how="semi").collect(engine="streaming")


_KEY = {"copy": pl.String(), "record_id": pl.String()}


def _keys_named(
    entity_map: EntityMap, entity: str, target: str, copies: Mapping[str, CopyRecords]
) -> list[pl.DataFrame]:
    """Per reference to an entity the keys that the records of the copies hold, and the copy in which they are keys."""
    found = []
    for name, copy in copies.items():
        for field in entity_map.entities[entity].replication[name].fields:
            rule = entity_map.entities[entity].fields[field]
            if rule.type != "reference" or rule.to != target:
                continue
            _, through = referenced_copy(entity_map, entity, name, field)
            key = (pl.lit(through).alias("copy"), pl.col(f"{field}__key").alias("record_id"))
            found += [records.select(key).drop_nulls() for records in (copy.records, copy.gone)]
    return found
