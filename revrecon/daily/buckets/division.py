"""A day's divided entities: staged once, judged bucket by bucket, and put together as if they were judged whole."""

import uuid
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.world import World
from revrecon.daily.across import canonical_across, world_across
from revrecon.daily.buckets.bucket import BucketJob
from revrecon.daily.buckets.dividing import entities_pointed_to
from revrecon.daily.buckets.engine import InProcess, Spread
from revrecon.daily.buckets.in_order import in_order
from revrecon.daily.buckets.judging import Receipt, judged
from revrecon.daily.buckets.staging import Stage, stage_crosswalk, stage_entity
from revrecon.daily.narrow_copies import copies_when_looked_at
from revrecon.daily.received import Received
from revrecon.entity_map.loader import LoadedMap
from revrecon.entity_map.model import EntityMap
from revrecon.findings import all_findings
from revrecon.history.atomic import PACKED, appearing
from revrecon.history.storage.folder import Storage
from revrecon.numbers.accounting import accounting_of_parts
from revrecon.numbers.shares import SHARE_SCHEMAS, NumberShare, together
from revrecon.quality.judgement import fields_across, findings_across_records
from revrecon.timing.door import NOTHING_TIMED, TIMING_SHARES, CopyTiming, TimingShare, followers_of, timing_of


@dataclass(frozen=True)
class EntityParts:
    """One divided entity of a day, put together from its buckets' shares when asked for."""

    map: EntityMap
    name: str
    stage: Stage
    as_of: date
    received: Received
    records: Mapping[str, int]  # per copy that has said anything, in the map's order
    receipts: Sequence[Receipt]

    @property
    def canonical(self) -> pl.DataFrame:
        """The canonical records, sorted by canonical id."""
        return self._canonical().collect()

    @property
    def copies(self) -> Mapping[str, CopyRecords]:
        """The copies whole, references still as their systems' keys; each is read when it is looked at."""
        return copies_when_looked_at(self.received, self.name, self.records, self.as_of)

    def write_canonical(self, path: Path) -> None:
        """Write the same to a file, in a stream; whole or not at all."""
        with appearing(path) as beside:
            self._canonical().sink_parquet(beside, **PACKED, maintain_order=True)

    def _canonical(self) -> pl.LazyFrame:
        return in_order(self.stage.parts(self.name, "canonical", self.name), "canonical_id")

    def rule_findings(self, copy: str) -> pl.DataFrame:
        """Findings of the field and record rules of a copy, those over all its records among them."""
        if copy not in self.records:
            return all_findings([])
        across = self._across(copy) if fields_across(self.map.entities[self.name]) else all_findings([])
        return all_findings([self._together("rules", copy).collect(), across])

    def drift_findings(self, copy: str) -> pl.DataFrame:
        """Findings of a copy against the canonical records."""
        return all_findings([self._together("drift", copy).collect()] if copy in self.records else [])

    def accounting(self, copy: str, set_aside: int) -> pl.DataFrame:
        """Where the rows of a copy ended; `set_aside`: those that have no key."""
        return accounting_of_parts([self._together("accounting", copy).collect()], set_aside)

    @cached_property
    def timing(self) -> Mapping[str, CopyTiming]:
        """Claims, lags and what is overdue of every copy that follows another one."""
        return {name: self._timing(name) for name in followers_of(self.map, self.name)}

    def _timing(self, copy: str) -> CopyTiming:
        told = copy in self.records
        share = TimingShare(*(self._together(f"timing_{k}", copy).collect() for k in TIMING_SHARES)) if told else None
        return timing_of(self.map, self.name, copy, [share or NOTHING_TIMED])

    def share(self, number: str) -> NumberShare | None:
        """What all records give to a number; None where there is no canonical record at all on one of its days."""
        days = {day for one in self.receipts for day in one.canonical}
        if any(sum(one.canonical.get(day, 0) for one in self.receipts) == 0 for day in days):
            return None
        frames = {kind: self._together(f"share_{kind}", number).collect() for kind in SHARE_SCHEMAS}
        return together([NumberShare(**frames, not_run=tuple(t for one in self.receipts for t in one.not_run[number]))])

    def _across(self, copy: str) -> pl.DataFrame:
        has_past = self.stage.parts(self.name, "earlier", copy)[0].exists()
        earlier = self._together("earlier", copy).collect() if has_past else None
        return findings_across_records(self.map, self._narrow_world, self.name, copy, earlier)

    @cached_property
    def _narrow_world(self) -> World:
        """The whole entity in the columns that rules over all records look at."""
        columns = canonical_across(self.map.entities[self.name])
        records = {name: self._together("across", name).sort("_id").collect() for name in self.records}
        canonical = self._together("canonical", self.name).select(columns).sort("canonical_id").collect()
        return world_across(self.map, self.name, self.as_of, self.received, records, canonical)

    def _together(self, kind: str, name: str) -> pl.LazyFrame:
        return pl.concat([pl.scan_parquet(path) for path in self.stage.parts(self.name, kind, name)])


_ABANDONED = 2 * 24 * 3600
"""After so many seconds a folder that nobody wrote to was left by a run that was killed."""


def _storage_of(lake: Storage, spread: Spread, folder: Path) -> Storage:
    """Where buckets stand: beside the lake if workers are to find them there, or in a folder of this machine."""
    return Storage(folder) if isinstance(spread.engine, InProcess) else lake.neighbour("buckets", folder)


class Division:
    """The divided entities of one day. What it stages lies below a folder of its own, which goes when it does."""

    def __init__(
        self, loaded: LoadedMap, received: Received, as_of: date, crosswalks: Mapping[str, pl.DataFrame],
        spread: Spread, folder: Path,
    ) -> None:  # fmt: skip
        self.loaded = loaded
        self.received = received
        self.as_of = as_of
        self.crosswalks = crosswalks
        self.spread = spread
        storage = _storage_of(received.lake.storage, spread, folder)
        for left in storage.abandoned(_ABANDONED):
            storage.empty(left)
        self.stage = Stage(storage, f"{as_of}-{uuid.uuid4().hex}", spread.buckets)
        self._gone = weakref.finalize(self, self.stage.empty)

    @cached_property
    def entities(self) -> Mapping[str, EntityParts]:
        """Every divided entity, all of them judged when the first is looked at."""
        names = [name for name in self.loaded.map.entities if self.spread.divides(self.loaded.map, name)]
        for name in names:
            self._stage(name)
        jobs = [
            BucketJob(self.loaded, self.received.lake.storage, self.stage, self.as_of, name, bucket)
            for name in names
            for bucket in range(self.spread.buckets)
        ]
        receipts = list(self.spread.engine.results(judged, jobs)) if jobs else []
        return {name: self._parts(name, [one for one in receipts if one.entity == name]) for name in names}

    def _stage(self, name: str) -> None:
        for other in entities_pointed_to(self.loaded.map, name):
            stage_crosswalk(self.stage, other, self.crosswalks[other])
        stage_entity(self.stage, self.loaded.map, self.received.lake, name, self.crosswalks[name], self.as_of)

    def _parts(self, name: str, receipts: Sequence[Receipt]) -> EntityParts:
        copies = self.loaded.map.entities[name].replication
        held = {copy: [one.records[copy] for one in receipts if copy in one.records] for copy in copies}
        records = {copy: sum(counts) for copy, counts in held.items() if counts}
        return EntityParts(self.loaded.map, name, self.stage, self.as_of, self.received, records, receipts)
