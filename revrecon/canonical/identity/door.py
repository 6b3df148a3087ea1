"""The door of identity: from an entity's copies to who is who, with every link, refusal and doubt."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from revrecon.canonical.clusters import Nodes
from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.identity.crosswalk import crosswalk_of
from revrecon.canonical.identity.decisions import Decision, decided_pairs, standing
from revrecon.canonical.identity.frames import LINK_SCHEMA, LINKAGE, Identities, nobody, shaped
from revrecon.canonical.identity.joining import Apart, Joined, joined
from revrecon.canonical.identity.linkage.schemas import PAIR_SCHEMA, Groups
from revrecon.canonical.identity.merging import merged
from revrecon.canonical.identity.nodes import nodes_of
from revrecon.canonical.identity.passes import Links, strong_passes
from revrecon.canonical.identity.review import review_cases
from revrecon.entity_map.entities import Entity

Linker = Callable[[pl.DataFrame, Groups], pl.DataFrame]
"""Given nodes and their clusters after the strong passes: the scored pairs between clusters (PAIR_SCHEMA)."""


def identities(
    entity_name: str,
    entity: Entity,
    copies: Mapping[str, CopyRecords],
    decisions: Sequence[Decision] = (),
    as_of: date | None = None,
    linker: Linker | None = None,
) -> Identities:
    """Who is who in one entity: the crosswalk, the links that made it, and what waits for a steward.

    Decisions win over every pass, cross-references over exact keys, exact keys over probabilistic linkage.
    """
    nodes = nodes_of(entity, copies)
    if nodes.is_empty():
        return nobody()
    held = standing(decisions, entity_name, as_of)
    never = Apart(*decided_pairs(held, "never_same", nodes))
    labels, told = after_strong_passes(entity, nodes, held, never)
    scored = linker(nodes, labels) if linker and entity.reconciliation.linkage else pl.DataFrame(schema=PAIR_SCHEMA)
    labels, found = _after_linkage(entity, nodes, labels, scored, never)
    crosswalk = crosswalk_of(entity_name, entity, nodes, labels, [*told, found])
    links = pl.concat([*told, found]).sort("left", "right", "pass")
    return Identities(
        crosswalk=crosswalk,
        links=_links(entity_name, nodes, links),
        review=review_cases(entity_name, entity, nodes, _undecided(links, labels, never), crosswalk),
    )


def _undecided(links: pl.DataFrame, labels: Nodes, never: Apart) -> pl.DataFrame:
    """The links without those between two things of which a steward said that they are never the same."""
    pairs = zip(labels[never.left].tolist(), labels[never.right].tolist(), strict=True)
    decided = {frozenset(pair) for pair in pairs}
    if not decided:
        return links
    between = zip(labels[links["left"].to_numpy()].tolist(), labels[links["right"].to_numpy()].tolist(), strict=True)
    return links.filter(pl.Series([frozenset(pair) not in decided for pair in between], dtype=pl.Boolean))


_TOLD: dict[str, pl.DataType] = {
    "left": pl.Int64(), "right": pl.Int64(),
    **{n: t for n, t in LINK_SCHEMA.items() if n not in ("entity", "left_copy", "left_id", "right_copy", "right_id")},
}  # fmt: skip


def after_strong_passes(
    entity: Entity, nodes: pl.DataFrame, decisions: Sequence[Decision], never: Apart
) -> tuple[Nodes, list[pl.DataFrame]]:
    """The clusters under decisions, cross-references and exact keys, and the links of each pass."""
    labels = np.arange(nodes.height, dtype=np.int64)
    told = []
    for name, links in [("decision", _decided(decisions, nodes)), *strong_passes(entity, nodes)]:
        left, right = links(labels)
        step = joined(labels, left, right, never)
        told.append(_told(name, left, right, step))
        labels = step.labels
    return labels, told


def _decided(decisions: Sequence[Decision], nodes: pl.DataFrame) -> Links:
    return lambda _labels: decided_pairs(decisions, "same", nodes)


def _told(name: str, left: Nodes, right: Nodes, step: Joined) -> pl.DataFrame:
    kept = step.used | step.refused
    refused = pl.Series(step.refused[kept])
    rows = pl.DataFrame({"left": left[kept], "right": right[kept]}).select(
        pl.min_horizontal("left", "right").alias("left"), pl.max_horizontal("left", "right").alias("right")
    )
    rows = rows.with_columns(
        pl.lit(name).alias("pass"),
        pl.select(pl.when(refused).then(pl.lit("refused")).otherwise(pl.lit("joined"))).to_series().alias("outcome"),
        pl.select(pl.when(refused).then(pl.lit("a steward said: never the same"))).to_series().alias("reason"),
    )
    return shaped(rows, _TOLD)


def _after_linkage(
    entity: Entity, nodes: pl.DataFrame, labels: Nodes, scored: pl.DataFrame, never: Apart
) -> tuple[Nodes, pl.DataFrame]:
    rule = entity.reconciliation.linkage
    if rule is None or scored.is_empty():
        return labels, pl.DataFrame(schema=_TOLD)
    own = pl.col("evidence").list.eval(pl.element().struct.field("weight")).list.sum()
    pairs = scored.with_columns((own < 0).alias("against"))
    parts = frozenset(name for name, copy in entity.replication.items() if copy.records == "parts")
    step = merged(nodes, labels, pairs, _with_parents(nodes, never), rule.automatic, rule.review, parts)
    rows = scored.join(step.outcomes, on=["left", "right"]).with_columns(pl.lit(LINKAGE).alias("pass"))
    return step.labels, shaped(rows, _TOLD)


def _with_parents(nodes: pl.DataFrame, never: Apart) -> Apart:
    """A record and its parent in its own system's tree are never found to be one by likeness alone."""
    ids = nodes.select("copy", pl.col("_id").alias("_parent"), pl.col("_node").alias("_up"))
    links = nodes.filter(pl.col("_parent").is_not_null()).join(ids, on=["copy", "_parent"])
    links = links.filter(pl.col("_node") != pl.col("_up")).sort("_node")
    return Apart(
        np.concatenate([never.left, links["_node"].to_numpy().astype(np.int64)]),
        np.concatenate([never.right, links["_up"].to_numpy().astype(np.int64)]),
    )


def _links(entity_name: str, nodes: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    for side in ("left", "right"):
        at = links[side]  # a node is known by its row
        links = links.with_columns(nodes["copy"][at].alias(f"{side}_copy"), nodes["_id"][at].alias(f"{side}_id"))
    return shaped(links.with_columns(pl.lit(entity_name).alias("entity")), LINK_SCHEMA)
