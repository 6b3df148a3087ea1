"""Joining: clusters under links, where some records must never come together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from revrecon.canonical.clusters import Nodes, clustered
from revrecon.canonical.identity.groups import Groups

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Apart:
    """Pairs of nodes that must never share a cluster."""

    left: Nodes
    right: Nodes


@dataclass(frozen=True)
class Joined:
    """The clusters after a pass, which of its links brought something together, and which were refused."""

    labels: Nodes
    used: Mask
    refused: Mask


def joined(labels: Nodes, left: Nodes, right: Nodes, apart: Apart) -> Joined:
    """Clusters of nodes under the links left-right, starting from `labels`; links that break a rule are refused.

    Only clusters in which a rule would be broken are put together one link at a time, in the order of their nodes.
    """
    if not len(left):
        return Joined(labels, np.empty(0, dtype=np.bool_), np.empty(0, dtype=np.bool_))
    size = len(labels)
    new = clustered(size, np.concatenate([labels, left]), np.concatenate([np.arange(size), right]))
    used = labels[left] != labels[right]
    refused = np.zeros(len(left), dtype=np.bool_)
    broken = np.unique(new[apart.left[new[apart.left] == new[apart.right]]])
    if not len(broken):
        return Joined(new, used, refused)
    inside = np.isin(new, broken)
    new[inside] = labels[inside]
    doubtful = np.flatnonzero(inside[left])
    order = doubtful[np.lexsort((right[doubtful], left[doubtful]))]
    groups = Groups(apart=zip(labels[apart.left].tolist(), labels[apart.right].tolist(), strict=True))
    for at in order.tolist():
        one, other = groups.find(int(labels[left[at]])), groups.find(int(labels[right[at]]))
        if one != other and groups.must_stay_apart(one, other):
            refused[at], used[at] = True, False
        elif one != other:
            groups.join(one, other)
    new[inside] = [groups.find(int(label)) for label in labels[inside]]
    return Joined(new, used & ~refused, refused)
