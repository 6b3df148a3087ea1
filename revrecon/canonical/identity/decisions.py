"""Decisions of stewards: two records are the same, or never the same, whatever any pass says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import numpy as np
import polars as pl

from revrecon.canonical.clusters import Nodes, no_nodes

Verdict = Literal["same", "never_same", "withdrawn"]
Record = tuple[str, str]
"""A copy's name and a record's key in it."""


@dataclass(frozen=True)
class Decision:
    """What a steward said of two records of an entity; the newest word on a pair counts.

    `effective` is the first as-of day on which it holds; without one it holds on every day.
    """

    id: str
    entity: str
    left: Record
    right: Record
    verdict: Verdict
    by: str
    why: str
    decided_at: datetime
    effective: date | None = None

    @property
    def pair(self) -> tuple[Record, Record]:
        """The two records, in an order of their own."""
        return (self.left, self.right) if self.left <= self.right else (self.right, self.left)


def standing(decisions: Iterable[Decision], entity: str, as_of: date | None = None) -> list[Decision]:
    """The decisions that hold for an entity on a day, one per pair, in the order of their pairs."""
    newest: dict[tuple[Record, Record], Decision] = {}
    for decision in sorted(decisions, key=lambda d: (d.decided_at, d.id)):
        applies = as_of is None or decision.effective is None or decision.effective <= as_of
        if decision.entity == entity and applies:
            newest[decision.pair] = decision
    return [newest[pair] for pair in sorted(newest) if newest[pair].verdict != "withdrawn"]


def decided_pairs(decisions: Iterable[Decision], verdict: Verdict, nodes: pl.DataFrame) -> tuple[Nodes, Nodes]:
    """The nodes of all pairs with this verdict; pairs of which a record is not known are left out."""
    pairs = [(*d.pair[0], *d.pair[1]) for d in decisions if d.verdict == verdict]
    if not pairs:
        return no_nodes(), no_nodes()
    named = pl.DataFrame(pairs, schema=["left_copy", "left_id", "right_copy", "right_id"], orient="row")
    known = nodes.select("copy", "_id", "_node")
    for side in ("left", "right"):
        mine = known.rename({"copy": f"{side}_copy", "_id": f"{side}_id", "_node": side})
        named = named.join(mine, on=[f"{side}_copy", f"{side}_id"])
    named = named.sort("left", "right")
    return named["left"].to_numpy().astype(np.int64), named["right"].to_numpy().astype(np.int64)
