"""Staging: what was received of an entity, laid out by bucket, so that a worker reads its own bucket and nothing else.

`ENTITY/COPY/3.parquet` holds all that was ever told of the copy's records whose canonical id falls into bucket 3, and
`ENTITY/crosswalk/3.parquet` who is who among them; `crosswalks/ENTITY.parquet` is an entity's crosswalk whole. Rows
pass through in streams: of a copy only its crosswalk is held in memory. Where the lake stands in an object store and
workers are other processes, all of this stands there too, and workers share nothing with the driver but an address.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.history.atomic import write_parquet
from revrecon.history.lake import Lake
from revrecon.history.storage.folder import Storage
from revrecon.history.storage.trouble import StorageTrouble

_BUCKET = "_bucket"
_GROUP = 8_192
"""How many rows of a file are packed together: so many wait in memory for each bucket that rows are handed out to, and
of a file of which a range of rows is read, hardly more."""


@dataclass(frozen=True)
class Stage:
    """Staged entities below a folder of a storage, in so many buckets each."""

    storage: Storage
    name: str
    buckets: int

    @property
    def root(self) -> Path:
        return self.storage.root / self.name

    def rows(self, entity: str, copy: str, bucket: int) -> Path:
        return self.root / entity / copy / f"{bucket}.parquet"

    def own_crosswalk(self, entity: str, bucket: int) -> Path:
        return self.root / entity / "crosswalk" / f"{bucket}.parquet"

    def crosswalk(self, entity: str) -> Path:
        return self.root / "crosswalks" / f"{entity}.parquet"

    def part(self, entity: str, kind: str, name: str, bucket: int) -> Path:
        """Where a bucket's share of a result is written."""
        return self.root / "parts" / entity / kind / name / f"{bucket}.parquet"

    def parts(self, entity: str, kind: str, name: str) -> list[Path]:
        """Every bucket's share of a result, in the order of the buckets, to be read here."""
        paths = [self.part(entity, kind, name, bucket) for bucket in range(self.buckets)]
        self.storage.fetch(paths)
        return paths

    def write(self, frame: pl.DataFrame, path: Path) -> None:
        """Have a frame stand for everybody, whole or not at all. Raises NotWritten and StorageTrouble."""
        write_parquet(frame, path, group=_GROUP)
        self.storage.send([path])

    def leave(self, entity: str, bucket: int) -> None:
        """Give up the room that a bucket takes on this machine, where it stands elsewhere."""
        for folder in (self.root / entity, self.root / "parts" / entity):
            self.storage.drop_copies(folder.rglob(f"{bucket}.parquet"))

    def empty(self) -> None:
        """Remove all that was staged; where its store does not answer any more it goes another day."""
        with suppress(StorageTrouble):
            self.storage.empty(self.root)


def stage_crosswalk(stage: Stage, entity: str, crosswalk: pl.DataFrame) -> None:
    """Lay out an entity's crosswalk whole, for those that point to it."""
    if not stage.crosswalk(entity).exists():
        stage.write(crosswalk, stage.crosswalk(entity))


def stage_entity(
    stage: Stage, entity_map: EntityMap, lake: Lake, entity: str, crosswalk: pl.DataFrame, as_of: date
) -> None:
    """Lay out all that was received of an entity up to a day, by the crosswalk of that day.

    A record that stands for nothing falls into the bucket of its own key.
    """
    placed = crosswalk.select(_bucket(pl.coalesce("canonical_id", "record_id"), stage.buckets)).to_series()
    for bucket in range(stage.buckets):
        stage.write(crosswalk.filter(placed == bucket), stage.own_crosswalk(entity, bucket))
    for name, copy in entity_map.entities[entity].replication.items():
        system = entity_map.system_of(name, copy)
        if lake.kept(system, copy.object, as_of):
            own = crosswalk["copy"] == name
            known = pl.DataFrame([crosswalk["record_id"].filter(own).alias("_key"), placed.filter(own)])
            _stage_rows(stage, entity, name, lake.scan(system, copy.object, as_of), known)


def _bucket(key: pl.Expr, buckets: int) -> pl.Expr:
    """Used by one process for all rows, so that no other version of the hash can place a row elsewhere."""
    return (key.hash(seed=7) % buckets).cast(pl.Int32).alias(_BUCKET)


def _stage_rows(stage: Stage, entity: str, copy: str, rows: pl.LazyFrame, known: pl.DataFrame) -> None:
    own = _bucket(pl.col("_key"), stage.buckets)
    placed = rows.join(known.lazy(), on="_key", how="left", maintain_order="left")
    placed = placed.with_columns(pl.coalesce(_BUCKET, own).alias(_BUCKET))
    folder = stage.rows(entity, copy, 0).parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = pl.PartitionBy(
        folder, key=_BUCKET, include_key=False,
        file_path_provider=lambda told: f"{told.partition_keys.item()}.parquet",
    )  # fmt: skip
    placed.sink_parquet(target, compression="lz4", row_group_size=_GROUP, maintain_order=True)
    nothing = pl.DataFrame(schema=rows.collect_schema())
    for bucket in range(stage.buckets):
        if not stage.rows(entity, copy, bucket).exists():
            write_parquet(nothing, stage.rows(entity, copy, bucket))
    staged = [stage.rows(entity, copy, bucket) for bucket in range(stage.buckets)]
    stage.storage.send(staged)
    stage.storage.drop_copies(staged)
