"""Clusters: which records hang together, whatever the order of rows and links."""

import numpy as np
from numpy.typing import NDArray

Nodes = NDArray[np.int64]


def no_nodes() -> Nodes:
    """An empty array of nodes."""
    return np.empty(0, dtype=np.int64)


def clustered(size: int, left: Nodes, right: Nodes) -> Nodes:
    """The cluster of each of `size` nodes under links left-right: labels are the lowest node of each cluster.

    Each round hangs every cluster that a link joins to a lower one below the lowest of these; two rounds at least halve
    the clusters that links lead out of.
    """
    labels = np.arange(size, dtype=np.int64)
    while True:
        ends = labels[left], labels[right]
        apart = ends[0] != ends[1]
        if not apart.any():
            return labels
        left, right = ends[0][apart], ends[1][apart]
        np.minimum.at(labels, np.maximum(left, right), np.minimum(left, right))
        labels = _lowest(labels)


def _lowest(above: Nodes) -> Nodes:
    """For each node the end of the way that leads from it to ever lower ones."""
    while not np.array_equal(higher := above[above], above):
        above = higher
    return above
