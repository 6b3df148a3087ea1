"""Who is above whom: an array with, for each node, the place of the one above it; a root is above itself."""

import numpy as np
from numpy.typing import NDArray

from revrecon.canonical.clusters import Nodes, clustered

Mask = NDArray[np.bool_]


def on_cycles(above: Nodes) -> Mask:
    """Which nodes lie on a cycle: what is left when nodes that nothing points to are peeled off, again and again."""
    alive = above != np.arange(len(above))
    waiting = np.bincount(above[alive], minlength=len(above))
    leaves = np.flatnonzero(alive & (waiting == 0))
    while len(leaves):
        alive[leaves] = False
        np.subtract.at(waiting, above[leaves], 1)
        targets = np.unique(above[leaves])
        leaves = targets[alive[targets] & (waiting[targets] == 0)]
    return np.asarray(alive, dtype=np.bool_)


def cut(above: Nodes, cyclic: Mask) -> Nodes:
    """Who is above whom once the lowest node of each cycle is a root."""
    on = np.flatnonzero(cyclic)
    if not len(on):
        return above
    labels, opened = clustered(len(above), on, above[on]), above.copy()
    opened[labels[on]] = labels[on]
    return opened


def climbed(above: Nodes) -> tuple[Nodes, Nodes]:
    """The root and the depth of every node, by climbing all of them one step at a time."""
    at, depth = above.copy(), (above != np.arange(len(above))).astype(np.int64)
    while True:
        higher = above[at]
        moving = higher != at
        if not moving.any():
            return at, depth
        depth += moving
        at = higher
