"""A department's tree in arrays, on which one link after the other is set right: exact, and without a query each."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from revrecon.canonical.above import Mask, climbed

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class RootedTree:
    """Nodes by their place: who is above whom (a root is above itself), and how many counted records stand at each.

    `fixed` counts records whose node the department lacks: their root is the canonical one whatever is set right.
    `wanted` marks the roots that the figure counts under the canonical tree.
    """

    above: Numbers
    standing: Numbers
    fixed: Numbers
    wanted: Mask

    @property
    def levels(self) -> list[Numbers]:
        """Roots, their children, and so on: every node's place once."""
        depth = self.depth()
        order = np.argsort(depth, kind="stable")
        return np.split(order, np.cumsum(np.bincount(depth))[:-1]) if len(order) else []

    def depth(self) -> Numbers:
        return climbed(self.above)[1]

    def roots(self) -> Numbers:
        return climbed(self.above)[0]

    def below(self) -> Numbers:
        """How many counted records stand at each node or anywhere below it."""
        total = self.standing.copy()
        for level in reversed(self.levels[1:]):
            np.add.at(total, self.above[level], total[level])
        return total

    def counted(self) -> Numbers:
        """How many counted records each root has; a root with none is not counted by the figure."""
        return np.bincount(self.roots(), weights=self.standing, minlength=len(self.above)).astype(np.int64) + self.fixed

    def gap(self) -> tuple[int, int]:
        """Roots counted too often less those counted too seldom, and both together: net and gross of the step."""
        present = self.counted() > 0
        too_many, too_few = int((present & ~self.wanted).sum()), int((self.wanted & ~present).sum())
        return too_many - too_few, too_many + too_few

    def moved(self, children: Numbers, parents: Numbers) -> "RootedTree":
        """The tree with some nodes under other parents; -1 makes a root."""
        above = self.above.copy()
        above[children] = np.where(parents < 0, children, parents)
        return RootedTree(above, self.standing, self.fixed, self.wanted)

    def gains(self, children: Numbers, parents: Numbers) -> tuple[Numbers, Numbers, Mask]:
        """For each move alone: by how much the gross gap shrinks, by how much the count changes, and whether it can be
        made at all (a node cannot move below itself)."""
        root, counted, below = self.roots(), self.counted(), self.below()
        old, new = root[children], np.where(parents < 0, children, root[parents])
        stays = old == new
        after_old, after_new = counted[old] - below[children], counted[new] + below[children]
        left = (counted[old] > 0) & (after_old == 0) & ~stays
        came = (counted[new] == 0) & (after_new > 0) & ~stays
        gross = np.where(left, np.where(self.wanted[old], -1, 1), 0)
        gross = gross + np.where(came, np.where(self.wanted[new], 1, -1), 0)
        change = came.astype(np.int64) - left.astype(np.int64)
        return gross.astype(np.int64), change, ~self._is_below_itself(children, parents)

    def taken(self, children: Numbers, parents: Numbers) -> Numbers:
        """How many counted records each move alone would take to another root."""
        root = self.roots()
        new = np.where(parents < 0, children, root[parents])
        return np.where(new != root[children], self.below()[children], 0)

    def _is_below_itself(self, children: Numbers, parents: Numbers) -> Mask:
        at = np.where(parents < 0, children, parents)
        found = (at == children) & (parents >= 0)
        while True:
            higher = self.above[at]
            if (higher == at).all():
                return np.asarray(found, dtype=np.bool_)
            at = higher
            found = found | ((at == children) & (parents >= 0))


def rooted_tree(
    own: pl.DataFrame, canonical: pl.DataFrame, placed: pl.DataFrame, links: pl.DataFrame
) -> tuple[RootedTree, Numbers, Numbers]:
    """A department's tree with its counted records (`roll_ups.PLACED_SCHEMA`); the links as children and parents."""
    lacking = canonical.select("node", "parent").join(own.select("node"), on="node", how="anti")
    nodes = pl.concat([own.select("node", "parent"), lacking]).sort("node")
    strays = [placed.select(pl.col(c).alias("node")) for c in ("node", "canonical_root")]
    extra = pl.concat(strays).unique().join(nodes.select("node"), on="node", how="anti").sort("node")
    nodes = pl.concat([nodes, extra.with_columns(pl.lit(None, dtype=pl.String).alias("parent"))])
    at = nodes.select("node").with_row_index("_at").with_columns(pl.col("_at").cast(pl.Int64))

    def places(names: pl.Series) -> Numbers:
        found = names.alias("node").to_frame().join(at, on="node", how="left", maintain_order="left")
        return found["_at"].fill_null(-1).to_numpy().astype(np.int64)

    size, above = nodes.height, places(nodes["parent"])
    held = placed["own_root"].is_not_null()
    tree = RootedTree(
        above=np.where(above < 0, np.arange(size), above),
        standing=np.bincount(places(placed.filter(held)["node"]), minlength=size).astype(np.int64),
        fixed=np.bincount(places(placed.filter(~held)["canonical_root"]), minlength=size).astype(np.int64),
        wanted=np.bincount(places(placed["canonical_root"]), minlength=size) > 0,
    )
    return tree, places(links["node"]), places(links["canonical_parent"])


def best_order(tree: RootedTree, children: Numbers, parents: Numbers) -> Iterator[tuple[int, RootedTree]]:
    """Links in the order in which setting them right helps most, each with the tree after it; until no gap is left.

    Greedy: each time the link that shrinks the gross gap most, evaluated anew on the tree as it then is. Where none
    does, the one that takes most records to another root, the shallowest first: it may take several to make a root
    disappear.
    """
    open_links = np.arange(len(children))
    while len(open_links) and tree.gap()[1]:
        gross, _, possible = tree.gains(children[open_links], parents[open_links])
        taken = tree.taken(children[open_links], parents[open_links])
        rank = np.lexsort((open_links, tree.depth()[children[open_links]], -taken, -gross, ~possible))
        best = int(open_links[rank[0]])
        if not possible[rank[0]]:
            return
        tree = tree.moved(children[[best]], parents[[best]])
        open_links = open_links[open_links != best]
        yield best, tree
