"""Canonical ids: minted once by a cluster's founding record, never reused, the same from every run."""

import numpy as np
import polars as pl

from revrecon.canonical.clusters import Nodes
from revrecon.entity_map.entities import Entity


def canonical_ids(entity: Entity, nodes: pl.DataFrame) -> pl.Series:
    """`copy:key` of the founding record of each node's `_cluster`: the member that was seen first.

    Among those seen on the same day, canonical copies come first, then the record created first, then the map's order
    and the key. The day on which a record was first seen never changes, so what arrives later never changes an id;
    deleted records stay members, so a founder's deletion does not either. Where two things turn out to be one, the
    older id stays, and the other one still leads there through its record; where they part, each gets its own back.
    """
    order = [*entity.canonical_system, *(c for c in entity.replication if c not in entity.canonical_system)]
    rank = pl.col("copy").replace_strict({name: place for place, name in enumerate(order)}, return_dtype=pl.Int32)
    canonical_first = pl.min_horizontal(rank, pl.lit(len(entity.canonical_system)))
    founding = nodes.select("_cluster", "_first_seen", canonical_first.alias("_canonical_first"), "_created",
                            rank.alias("_rank"), "_node")  # fmt: skip
    founder = np.empty(nodes.height, dtype=np.int64)
    latest = _from_last_to_first(founding)
    founder[nodes["_cluster"].to_numpy()[latest]] = latest  # the last one written stays
    at = pl.Series(founder[nodes["_cluster"].to_numpy()])
    return nodes.select(pl.format("{}:{}", "copy", "_id")).to_series().gather(at).alias("canonical_id")


def _from_last_to_first(founding: pl.DataFrame) -> Nodes:
    """Nodes in the order in which they may found their clusters, the last first; those of a copy are in key order."""
    if _says_nothing(founding["_first_seen"]) and _says_nothing(founding["_created"]):
        by_rank = np.argsort(founding["_rank"].to_numpy().astype(np.int16), kind="stable")
        return by_rank[::-1]  # canonical copies have the first ranks
    members = founding.sort("_first_seen", "_canonical_first", "_created", "_rank", "_node", nulls_last=True)
    return members["_node"].to_numpy().astype(np.int64)[::-1]


def _says_nothing(column: pl.Series) -> bool:
    """Whether all values are the same, so that sorting by them sorts nothing."""
    return column.null_count() == len(column) or (column.null_count() == 0 and bool((column == column[0]).all()))


def resolved(asked: str, crosswalk: pl.DataFrame) -> str | None:
    """The present canonical id of an id that was given out at any time, or of a record's key; None if unknown.

    An id is its founding record's name, so whatever thing that record stands for now is meant.
    """
    named = crosswalk.filter(pl.format("{}:{}", "copy", "record_id") == asked)
    found = named if not named.is_empty() else crosswalk.filter(pl.col("record_id") == asked)
    ids = found["canonical_id"].drop_nulls().unique()
    return str(ids[0]) if len(ids) == 1 else None
