"""Merging: which scored pairs become one thing, so that no chain of weak links welds two things together.

Links are taken strongest first. Two clusters become one only if no rule keeps them apart, no scored pair between them
speaks against it, and two live records of one copy meet only where that very pair is scored as a duplicate. Clusters
in which none of this can happen (nearly all) are joined at once.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from revrecon.canonical.clusters import Nodes, clustered
from revrecon.canonical.identity.groups import Groups
from revrecon.canonical.identity.joining import Apart

NEVER = "a steward or the tree keeps them apart"
AGAINST = "another pair between the two speaks against it"
TWICE = "two records of one system would be one"

OUTCOME_SCHEMA: dict[str, pl.DataType] = {
    "left": pl.Int64(),
    "right": pl.Int64(),
    "outcome": pl.String(),  # joined, review or refused
    "reason": pl.String(),
}
"""One row per pair at or above the review threshold."""


@dataclass(frozen=True)
class Merged:
    """The clusters after linkage, and what became of each pair (OUTCOME_SCHEMA)."""

    labels: Nodes
    outcomes: pl.DataFrame


def merged(
    nodes: pl.DataFrame, labels: Nodes, pairs: pl.DataFrame, apart: Apart, automatic: float, review: float,
    parts: frozenset[str] = frozenset(),
) -> Merged:  # fmt: skip
    """Merge clusters by scored pairs (`left`, `right`, `weight`, `probability`, `against`), strongest first.

    `against`: the pair's own evidence speaks against the two being one. `parts`: copies of which several records are
    one thing, so that two of them together are no duplicate.
    """
    strong = pairs.filter(pl.col("probability") >= automatic)
    strong = strong.sort("weight", "left", "right", descending=[True, False, False])
    ends = [strong[side].to_numpy().astype(np.int64) for side in ("left", "right")]
    size = len(labels)
    reach = clustered(size, np.concatenate([labels, ends[0]]), np.concatenate([np.arange(size), ends[1]]))
    doubtful = _doubtful(nodes, labels, reach, pairs, apart, parts)
    inside = np.isin(reach, doubtful)
    new = np.where(inside, labels, reach)
    refused: dict[tuple[int, int], str] = {}
    if inside.any():
        groups, refused = _one_by_one(nodes, labels, strong, pairs, apart, parts, inside)
        new[inside] = [groups.find(int(label)) for label in labels[inside]]
    return Merged(new, _outcomes(pairs, new, refused, automatic, review))


def _live_copies(nodes: pl.DataFrame, parts: frozenset[str]) -> pl.DataFrame:
    live = nodes.filter(~pl.col("_gone") & ~pl.col("_excluded") & ~pl.col("copy").is_in(sorted(parts)))
    return live.select(pl.col("_node"), "copy")


def _doubtful(
    nodes: pl.DataFrame, labels: Nodes, reach: Nodes, pairs: pl.DataFrame, apart: Apart, parts: frozenset[str]
) -> Nodes:
    """The clusters in which taking every link at once might break a rule."""
    against = pairs.filter("against")
    found = [
        _within(reach, labels, against["left"].to_numpy(), against["right"].to_numpy()),
        _within(reach, labels, apart.left, apart.right),
        _meeting(nodes, labels, reach, parts),
    ]
    return np.unique(np.concatenate(found))


def _within(reach: Nodes, labels: Nodes, left: Nodes, right: Nodes) -> Nodes:
    inside = (reach[left] == reach[right]) & (labels[left] != labels[right])
    found: Nodes = reach[left[inside]]
    return found


def _meeting(nodes: pl.DataFrame, labels: Nodes, reach: Nodes, parts: frozenset[str]) -> Nodes:
    """Clusters in which two clusters with live records of the same copy would meet."""
    live = _live_copies(nodes, parts)
    at = live["_node"].to_numpy()
    held = live.select("copy", pl.Series("label", labels[at]), pl.Series("reach", reach[at])).unique()
    met = held.group_by("reach", "copy").len().filter(pl.col("len") > 1)
    found: Nodes = met["reach"].unique().to_numpy().astype(np.int64)
    return found


def _one_by_one(
    nodes: pl.DataFrame, labels: Nodes, strong: pl.DataFrame, pairs: pl.DataFrame, apart: Apart,
    parts: frozenset[str], inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> tuple[Groups, dict[tuple[int, int], str]]:  # fmt: skip
    """Take the links of doubtful clusters one at a time; the groups, and why links were refused."""
    against = pairs.filter("against")
    groups = Groups(
        apart=_named(labels, apart.left, apart.right, inside),
        against=_named(labels, against["left"].to_numpy(), against["right"].to_numpy(), inside),
    )
    held = _copies_held(nodes, labels, parts, inside)
    doubles = _duplicates(nodes, labels, strong, inside)
    refused: dict[tuple[int, int], str] = {}
    for left, right in strong.select("left", "right").iter_rows():
        if not inside[left]:
            continue
        one, other = groups.find(int(labels[left])), groups.find(int(labels[right]))
        if one == other:
            continue
        reason = _why_not(groups, one, other, held, doubles)
        if reason:
            refused[left, right] = reason
            continue
        kept = groups.join(one, other)
        lost = other if kept == one else one
        held[kept] = held.get(kept, set()) | held.pop(lost, set())
        _rename_duplicates(doubles, lost, kept)
    return groups, refused


def _why_not(
    groups: Groups, one: int, other: int, held: dict[int, set[str]], doubles: dict[int, set[tuple[int, str]]]
) -> str:
    if groups.must_stay_apart(one, other):
        return NEVER
    met = held.get(one, set()) & held.get(other, set())
    if any((other, copy) not in doubles.get(one, ()) for copy in met):
        return TWICE
    return AGAINST if groups.speak_against(one, other) else ""


def _named(
    labels: Nodes, left: Nodes, right: Nodes, inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> list[tuple[int, int]]:
    kept = inside[left] & inside[right] & (labels[left] != labels[right])
    return list(zip(labels[left[kept]].tolist(), labels[right[kept]].tolist(), strict=True))


def _copies_held(
    nodes: pl.DataFrame, labels: Nodes, parts: frozenset[str], inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> dict[int, set[str]]:
    held: dict[int, set[str]] = {}
    live = _live_copies(nodes, parts).filter(pl.Series(inside[_live_copies(nodes, parts)["_node"].to_numpy()]))
    for node, copy in live.iter_rows():
        held.setdefault(int(labels[node]), set()).add(copy)
    return held


def _duplicates(
    nodes: pl.DataFrame, labels: Nodes, strong: pl.DataFrame,
    inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> dict[int, set[tuple[int, str]]]:  # fmt: skip
    """Per cluster the clusters, and the copies, of which a record is scored as its duplicate."""
    copies = nodes["copy"].to_list()
    found: dict[int, set[tuple[int, str]]] = {}
    for left, right in strong.select("left", "right").iter_rows():
        if inside[left] and copies[left] == copies[right]:
            one, other = int(labels[left]), int(labels[right])
            found.setdefault(one, set()).add((other, copies[left]))
            found.setdefault(other, set()).add((one, copies[left]))
    return found


def _rename_duplicates(doubles: dict[int, set[tuple[int, str]]], lost: int, kept: int) -> None:
    for other, copy in doubles.pop(lost, set()):
        doubles[other].discard((lost, copy))
        if other != kept:
            doubles[other].add((kept, copy))
            doubles.setdefault(kept, set()).add((other, copy))


def _outcomes(
    pairs: pl.DataFrame, labels: Nodes, refused: dict[tuple[int, int], str], automatic: float, review: float
) -> pl.DataFrame:
    seen = pairs.filter(pl.col("probability") >= review)
    together = pl.Series(labels[seen["left"].to_numpy()] == labels[seen["right"].to_numpy()])
    why = pl.DataFrame(
        [(left, right, reason) for (left, right), reason in refused.items()],
        schema={"left": pl.Int64, "right": pl.Int64, "reason": pl.String}, orient="row",
    )  # fmt: skip
    rows = seen.with_columns(together.alias("_together")).join(why, on=["left", "right"], how="left")
    outcome = (
        pl.when("_together").then(pl.lit("joined"))
        .when(pl.col("probability") >= automatic).then(pl.lit("refused"))
        .otherwise(pl.lit("review"))
    )  # fmt: skip
    reason = pl.when(~pl.col("_together")).then(pl.coalesce("reason", pl.lit("not sure enough to join by itself")))
    rows = rows.with_columns(outcome.alias("outcome"), reason.alias("reason"))
    return rows.select(pl.col(c).cast(t) for c, t in OUTCOME_SCHEMA.items()).sort("left", "right")
