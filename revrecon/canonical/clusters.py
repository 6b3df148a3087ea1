"""Clusters: which records hang together, whatever the order of rows and links."""

import numpy as np
from numpy.typing import NDArray

Nodes = NDArray[np.int64]


def no_nodes() -> Nodes:
    """An empty array of nodes."""
    return np.empty(0, dtype=np.int64)


def clustered(size: int, left: Nodes, right: Nodes) -> Nodes:
    """The cluster of each of `size` nodes under links left-right: labels are the lowest node of each cluster."""
    if size == 0:
        return np.empty(0, dtype=np.int64)
    from scipy.sparse import coo_array  # half a second, which definitions and most commands need not wait for
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    _, labels = connected_components(links, directed=False)
    lowest = np.empty(size, dtype=np.int64)
    lowest[labels[::-1]] = np.arange(size - 1, -1, -1)  # the last one written, the first node, stays
    found: Nodes = lowest[labels]
    return found
