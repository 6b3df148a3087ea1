"""Identity: which records of which copies are the same real thing, by cross-references and exact keys of the map.

Passes run in order, each joining what the one before left apart. Row order never changes the result: clusters are
connected components, and a cluster's id comes from its earliest record in a canonical copy.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revrecon.canonical.clusters import Nodes, clustered
from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.standard_forms import standardised
from revrecon.entity_map.entities import Entity, MatchKey

CROSSWALK_SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "copy": pl.String(),
    "system": pl.String(),
    "object": pl.String(),
    "record_id": pl.String(),
    "canonical_id": pl.String(),  # null: the record stands for nothing
    "linked_by": pl.String(),  # the pass that joined it to another record; alone; excluded: REASON
}
"""One row per source record of an entity."""

Links = Callable[[Nodes], tuple[Nodes, Nodes]]

_TOO_COMMON = 8
"""A key shared by more records of one copy than this says nothing about identity (a switchboard, a placeholder)."""


def crosswalk(entity_name: str, entity: Entity, copies: Mapping[str, CopyRecords]) -> pl.DataFrame:
    """Which record stands for which canonical thing, one row per record of the given copies (CROSSWALK_SCHEMA)."""
    records = _nodes(entity, copies)
    if records.is_empty():
        return pl.DataFrame(schema=CROSSWALK_SCHEMA)
    labels, passes = _joined(entity, records)
    rows = records.with_columns(pl.Series("_cluster", labels), pl.Series("linked_by", passes))
    rows = rows.with_columns(
        pl.when("_excluded").then(None).otherwise(_canonical_id(entity)).alias("canonical_id"),
    )
    return (
        rows.with_columns(pl.lit(entity_name).alias("entity"), pl.col("_id").alias("record_id"))
        .select(pl.col(column).cast(dtype) for column, dtype in CROSSWALK_SCHEMA.items())
        .sort("entity", "copy", "record_id")
    )


def _nodes(entity: Entity, copies: Mapping[str, CopyRecords]) -> pl.DataFrame:
    keys = sorted({field for key in entity.reconciliation.match_keys for field in key.on})
    frames = []
    for name, copy in sorted(copies.items()):
        known = [standardised(key, entity.fields[key].standard) for key in keys if key in copy.records.columns]
        references = [c for c in copy.records.columns if c.startswith("_xref__")]
        frame = copy.records.select("_id", "_created", pl.col("_excluded").alias("_reason"), *references, *known)
        frames.append(
            frame.with_columns(
                pl.lit(name).alias("copy"), pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object"),
                pl.col("_reason").is_not_null().alias("_excluded"),
            )
        )  # fmt: skip
    if not frames:
        return pl.DataFrame()
    nodes = pl.concat(frames, how="diagonal_relaxed").sort("copy", "_id")
    absent = [pl.lit(None, dtype=pl.String).alias(key) for key in keys if key not in nodes.columns]
    return nodes.with_columns(*absent).with_row_index("_node")


def _joined(entity: Entity, records: pl.DataFrame) -> tuple[Nodes, list[str]]:
    size = records.height
    empty = np.empty(0, dtype=np.int64)
    labels = clustered(size, empty, empty)
    passes = records.select(
        pl.when("_excluded").then(pl.format("excluded: {}", "_reason")).otherwise(pl.lit("alone"))
    ).to_series()
    for name, links in _passes(entity, records):
        left, right = links(labels)
        together = clustered(size, np.concatenate([labels, left]), np.concatenate([np.arange(size), right]))
        joined = _is_joined(together) & ~_is_joined(labels)
        passes = pl.select(pl.when(pl.Series(joined)).then(pl.lit(name)).otherwise(passes)).to_series()
        labels = together
    return labels, passes.to_list()


def _is_joined(labels: Nodes) -> NDArray[np.bool_]:
    _, inverse, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return np.asarray(counts[inverse] > 1, dtype=np.bool_)


def _passes(entity: Entity, records: pl.DataFrame) -> Iterator[tuple[str, Links]]:
    """Each pass by its name, and what it links given the clusters so far."""
    for column in [c for c in records.columns if c.startswith("_xref__")]:
        target = column.removeprefix("_xref__")
        yield f"cross-reference to {target}", partial(_by_reference, records, column, target)
    for key in entity.reconciliation.match_keys:
        yield f"equal {' + '.join(key.on)}", partial(_by_key, entity, records, key)


def _by_reference(records: pl.DataFrame, column: str, target: str, _labels: Nodes) -> tuple[Nodes, Nodes]:
    live = records.filter(~pl.col("_excluded"))
    targets = live.filter(pl.col("copy") == target).select(pl.col("_node").alias("_to"), "_id")
    links = live.select("_node", pl.col(column).alias("_id")).join(targets, on="_id")
    return links["_node"].to_numpy().astype(np.int64), links["_to"].to_numpy().astype(np.int64)


def _by_key(entity: Entity, records: pl.DataFrame, key: MatchKey, labels: Nodes) -> tuple[Nodes, Nodes]:
    fields = list(key.on)
    live = records.with_columns(pl.Series("_cluster", labels)).filter(
        ~pl.col("_excluded"), pl.all_horizontal(pl.col(fields).is_not_null())
    )
    live = live.with_columns(pl.struct(fields).rank("dense").alias("_group"))
    parts = [name for name, copy in entity.replication.items() if copy.records == "parts"]
    whole = live.filter(~pl.col("copy").is_in(parts))
    if key.duplicates:
        crowded = whole.group_by("_group", "copy").len().filter(pl.col("len") > _TOO_COMMON)
    else:
        crowded = _ambiguous(records, labels, whole)
    clear = live.join(crowded, on="_group", how="anti")
    links = clear.select("_node", pl.col("_node").min().over("_group").alias("_to"))
    return links["_node"].to_numpy().astype(np.int64), links["_to"].to_numpy().astype(np.int64)


def _ambiguous(records: pl.DataFrame, labels: Nodes, keyed: pl.DataFrame) -> pl.DataFrame:
    """Groups in which joining would put two clusters with records of the same copy together."""
    members = records.select("copy", pl.Series("_cluster", labels)).unique()
    held = keyed.select("_group", "_cluster").unique().join(members, on="_cluster")
    return held.group_by("_group", "copy").len().filter(pl.col("len") > 1)


def _canonical_id(entity: Entity) -> pl.Expr:
    """`copy:key` of the cluster's earliest record, canonical copies first in the map's order."""
    order = [*entity.canonical_system, *(c for c in entity.replication if c not in entity.canonical_system)]
    rank = pl.col("copy").replace_strict({name: place for place, name in enumerate(order)}, return_dtype=pl.Int32)
    canonical_first = pl.min_horizontal(rank, pl.lit(len(entity.canonical_system)))
    own = pl.format("{}:{}", "copy", "_id")
    return own.sort_by(canonical_first, pl.col("_created"), rank, "_id", nulls_last=True).first().over("_cluster")
