"""Some records of one entity on a day, with everything that was ever received of them, as a world of their own."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property

import polars as pl

from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.lazily import Lazily
from revrecon.canonical.world import World, copies_on, copies_resolved, lone_world
from revrecon.daily.received import Received
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.systems import SourceObject
from revrecon.history.lake import Kept, Lake, read_of
from revrecon.history.news import LACKING, Said

KEY_SCHEMA: dict[str, pl.DataType] = {"copy": pl.String(), "record_id": pl.String()}
"""Records of an entity, by their copies and keys."""


def of_records(rows: pl.LazyFrame, keys: pl.DataFrame) -> pl.LazyFrame:
    """The rows of some records (KEY_SCHEMA). Of a file, no more than the keys of other rows are unpacked."""
    near = rows.filter(pl.col("record_id").is_in(keys["record_id"].unique().implode()))
    return near.join(keys.lazy(), on=list(KEY_SCHEMA), how="semi")


class PartLake(Lake):
    """A lake in which the objects of one entity's copies hold only some records; all other objects are as received.

    What was received of the records up to `until` is read once. `after`: only extracts of later days are there.
    """

    def __init__(
        self, lake: Lake, entity_map: EntityMap, entity: str, keys: pl.DataFrame, until: date, after: date | None = None
    ) -> None:
        super().__init__(lake.storage)
        self._whole = lake
        copies = entity_map.entities[entity].replication
        self._own = {(entity_map.system_of(name, copy), copy.object): name for name, copy in copies.items()}
        self._keys = keys
        self._until = until
        self._after = after or date.min
        self._read: dict[tuple[str, str], pl.DataFrame] = {}

    def kept(self, system: str, object_name: str, as_of: date | None = None) -> list[Kept]:
        """The extracts that are there, ascending."""
        every = self._whole.kept(system, object_name, as_of)
        own = (system, object_name) in self._own
        return [one for one in every if one.day > self._after] if own else every

    def said(self, system: str, object_name: str, as_of: date) -> list[Said]:
        """How each extract that is there is read; ascending."""
        every = self._whole.said(system, object_name, as_of)
        own = (system, object_name) in self._own
        return [one for one in every if one.day > self._after] if own else every

    def told(
        self, system: str, object_name: str, spec: SourceObject, as_of: date, only: Collection[str] | None = None
    ) -> pl.DataFrame:
        """What was told of the records up to a day, oldest first. Raises NothingKnown and CorruptExtract."""
        if (system, object_name) not in self._own:
            return self._whole.told(system, object_name, spec, as_of, only)
        rows = self._rows(system, object_name)
        if as_of < self._until:
            then = {*self.columns(system, object_name, as_of), "_observed_on", LACKING}
            rows = rows.filter(pl.col("_observed_on") <= as_of).select(name for name in rows.columns if name in then)
        return rows if only is None else rows.select(read_of(rows.columns, only))

    def _rows(self, system: str, object_name: str) -> pl.DataFrame:
        place = (system, object_name)
        if place not in self._read:
            mine = self._keys.filter(pl.col("copy") == self._own[place])["record_id"]
            rows = self.scan(system, object_name, self._until)
            self._read[place] = rows.filter(pl.col("_key").is_in(mine.implode())).collect()
        return self._read[place]


class Part:
    """Some records of an entity at the end of a day. `crosswalks`: who is who in the other entities on that day."""

    def __init__(
        self, entity_map: EntityMap, entity: str, as_of: date, lake: PartLake, crosswalks: Mapping[str, pl.DataFrame]
    ) -> None:
        self.map = entity_map
        self.entity = entity
        self.as_of = as_of
        self.received = Received(entity_map, lake)
        self._others = crosswalks

    @cached_property
    def copies(self) -> Mapping[str, CopyRecords]:
        """The copies, references still as their systems' keys."""
        return copies_on(self.map, self.entity, self.received.states, self.as_of)

    @cached_property
    def resolved(self) -> Mapping[str, CopyRecords]:
        """The copies with canonical ids of the other entities."""
        return copies_resolved(self.map, self.entity, self.copies, self._others)

    def world(self, crosswalk: pl.DataFrame) -> World:
        """The world of these records under their own crosswalk; of other entities it knows nothing."""
        found = Lazily(self.map.entities, lambda name: crosswalk if name == self.entity else self._others[name])
        return lone_world(self.map, self.entity, self.as_of, self.received.states, self.received.versions, found,
                          self.copies)  # fmt: skip
