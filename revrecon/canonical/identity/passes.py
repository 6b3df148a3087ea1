"""The strong passes: cross-references and exact keys of the map, each joining what the one before left apart."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import polars as pl

from revrecon.canonical.clusters import Nodes
from revrecon.entity_map.entities import Entity, MatchKey

Links = Callable[[Nodes], tuple[Nodes, Nodes]]
"""Given the clusters so far: the pairs of nodes that a pass links."""

_TOO_COMMON = 8
"""A key shared by more records of one copy than this says nothing about identity (a switchboard, a placeholder)."""


def strong_passes(entity: Entity, nodes: pl.DataFrame) -> Iterator[tuple[str, Links]]:
    """Each pass by its name, in order: cross-references, then the map's exact keys."""
    for column in sorted(c for c in nodes.columns if c.startswith("_xref__")):
        target = column.removeprefix("_xref__")
        yield f"cross-reference to {target}", partial(_by_reference, nodes, column, target)
    for key in entity.reconciliation.match_keys:
        yield f"equal {' + '.join(key.on)}", partial(_by_key, entity, nodes, key)


def _by_reference(nodes: pl.DataFrame, column: str, target: str, _labels: Nodes) -> tuple[Nodes, Nodes]:
    standing = nodes.filter(~pl.col("_excluded"))
    targets = standing.filter(pl.col("copy") == target).select(pl.col("_node").alias("_to"), "_id")
    named = standing.select("_node", pl.col(column).alias("_id")).drop_nulls("_id")
    links = named.join(targets, on="_id").sort("_node", "_to")
    return links["_node"].to_numpy().astype(np.int64), links["_to"].to_numpy().astype(np.int64)


def _by_key(entity: Entity, nodes: pl.DataFrame, key: MatchKey, labels: Nodes) -> tuple[Nodes, Nodes]:
    fields = [name for name in key.on if name in nodes.columns]
    if len(fields) < len(key.on):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    keyed = _grouped(nodes, labels, fields)
    parts = [name for name, copy in entity.replication.items() if copy.records == "parts"]
    whole = keyed.filter(~pl.col("copy").is_in(parts), ~pl.col("_gone"))
    if key.duplicates:
        crowded = whole.group_by("_group", "copy").len().filter(pl.col("len") > _TOO_COMMON)
    else:
        crowded = _ambiguous(nodes, labels, keyed, parts)
    clear = keyed.join(crowded, on="_group", how="anti")
    links = clear.select("_node", pl.col("_group").alias("_to")).filter(pl.col("_node") != pl.col("_to")).sort("_node")
    return links["_node"].to_numpy().astype(np.int64), links["_to"].to_numpy().astype(np.int64)


def _grouped(nodes: pl.DataFrame, labels: Nodes, fields: list[str]) -> pl.DataFrame:
    """The nodes of which others have the same key and are not of their cluster yet; `_group` is the first of these."""
    named = nodes.select("_node", "copy", "_gone", "_excluded", *fields).with_columns(pl.Series("_cluster", labels))
    keyed = named.filter(~pl.col("_excluded"), pl.all_horizontal(pl.col(fields).is_not_null()))
    grouped = keyed.with_columns(pl.col("_node").min().over(fields).alias("_group")).drop("_excluded", *fields)
    clusters = pl.col("_cluster")
    return grouped.filter(clusters.min().over("_group") != clusters.max().over("_group"))


def _ambiguous(nodes: pl.DataFrame, labels: Nodes, keyed: pl.DataFrame, parts: list[str]) -> pl.DataFrame:
    """Groups in which joining would put two clusters with live records of the same copy together."""
    members = nodes.select("copy", "_gone", pl.Series("_cluster", labels)).filter(~pl.col("_gone"))
    members = members.join(keyed.select("_cluster").unique(), on="_cluster", how="semi")
    members = members.select("copy", "_cluster").unique()
    whole = keyed.filter(~pl.col("copy").is_in(parts))
    held = whole.select("_group", "_cluster").unique().join(members, on="_cluster")
    return held.group_by("_group", "copy").len().filter(pl.col("len") > 1)
