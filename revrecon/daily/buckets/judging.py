"""What is worked out of one bucket: canonical records, findings, counts; written beside the other buckets' shares."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from revrecon.daily.across import seen_across
from revrecon.daily.buckets.bucket import Bucket, BucketJob
from revrecon.entity_map.model import EntityMap
from revrecon.numbers.accounting import copy_accounting
from revrecon.numbers.shares import SHARE_SCHEMAS, NotRun, share_of, shared_entity
from revrecon.quality.judgement import drift_findings, fields_across, findings_by_record
from revrecon.quality.scale import earlier_values, scaled_fields
from revrecon.timing.door import TIMING_SHARES, timing_shares


@dataclass(frozen=True)
class Receipt:
    """What came of a bucket.

    `records`: how many each copy holds that has said anything; `canonical`: how many canonical records there are on
    each day that a number looks at; `not_run`: per number what could not be worked out.
    """

    entity: str
    bucket: int
    records: dict[str, int]
    canonical: dict[date, int]
    not_run: dict[str, tuple[NotRun, ...]]


def judged(job: BucketJob) -> Receipt:
    """Judge a bucket and write its parts; doing it again writes the same ones in their place."""
    receipt = _receipt(job)
    gc.collect()  # a world and what it is made of hold each other, and the next bucket needs the memory
    job.stage.leave(job.entity, job.bucket)
    return receipt


def _receipt(job: BucketJob) -> Receipt:
    bucket = Bucket(job)
    here = bucket.world.entities[job.entity]
    for kind, name, frame in _parts(bucket):
        job.stage.write(frame, job.stage.part(job.entity, kind, name, job.bucket))
    records = {name: copy.records.height for name, copy in here.copies.items()}
    not_run = {name: _share(bucket, name) for name in numbers_over(bucket.map, job.entity)}
    return Receipt(job.entity, job.bucket, records, bucket.canonical_records(), not_run)


def numbers_over(entity_map: EntityMap, entity: str) -> list[str]:
    """The numbers that add up over the records of one entity."""
    return [name for name, number in entity_map.numbers.items() if shared_entity(entity_map, number) == entity]


def _share(bucket: Bucket, number: str) -> tuple[NotRun, ...]:
    """Write what the bucket gives to a number; what could not be worked out is handed back."""
    job = bucket.job
    share = share_of(bucket.map, number, job.as_of, bucket.world_on)
    for kind in SHARE_SCHEMAS:
        job.stage.write(getattr(share, kind), job.stage.part(job.entity, f"share_{kind}", number, job.bucket))
    return share.not_run


def _parts(bucket: Bucket) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Every result of a bucket: of which kind it is, of which copy, and its frame."""
    job, world = bucket.job, bucket.world
    entity, here = bucket.map.entities[job.entity], bucket.world.entities[job.entity]
    yield "canonical", job.entity, here.canonical
    timing = timing_shares(
        bucket.map, job.entity, bucket.crosswalk, lambda system: bucket.received.changes(system, job.as_of), job.as_of
    )
    for name, copy in here.copies.items():
        place = (bucket.map, world, job.entity, name)
        timed = timing.get(name)
        for kind in TIMING_SHARES if timed else ():
            yield f"timing_{kind}", name, getattr(timed, kind)
        yield "accounting", name, copy_accounting(world, job.entity, name)
        yield "rules", name, findings_by_record(*place)
        yield "drift", name, drift_findings(*place, timed.overdue if timed else None)
        if fields_across(entity):
            yield "across", name, seen_across(entity, copy)
        if scaled_fields(entity, name):
            said = bucket.received.versions(copy.system, job.as_of)
            yield "earlier", name, earlier_values(bucket.map, job.entity, name, said)
