"""Pairs counted by what their comparison says: millions of pairs are some thousand patterns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Levels = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MOST_CODES = 2**62


@dataclass(frozen=True)
class Patterns:
    """Pairs with the same levels in every comparison: `levels` has a row per pattern, -1 for no evidence."""

    levels: Levels
    counts: Floats
    at: Levels  # per pair its pattern

    def summed(self, per_pair: Floats) -> Floats:
        """A figure of every pair, added up per pattern."""
        return np.asarray(np.bincount(self.at, weights=per_pair, minlength=len(self.counts)), dtype=np.float64)


def patterns(levels: Levels) -> Patterns:
    """The distinct rows of pair levels, in a fixed order, with their counts."""
    code, room = np.zeros(len(levels), dtype=np.int64), 1
    for place in range(levels.shape[1]):
        width = int(levels[:, place].max(initial=0)) + 2
        if room * width > _MOST_CODES:
            known, code = np.unique(code, return_inverse=True)
            room = len(known)
        code, room = code * width + levels[:, place] + 1, room * width
    _, first, at = np.unique(code, return_index=True, return_inverse=True)
    return Patterns(levels[first], np.bincount(at, minlength=len(first)).astype(np.float64), at)


@dataclass(frozen=True)
class Rivals:
    """Pairs that cannot all be true: a record is mostly one record of another copy, and has few twins in its own.

    `left` and `right` number, per pair, the rivalry of its left record in the right one's copy, and the other way.
    """

    left: Levels
    right: Levels
    known: Flags  # pairs that a stronger pass calls the same

    def shared_out(self, odds: Floats) -> Floats:
        """The probability of each pair, given its odds and those of its rivals."""
        open_odds = np.where(self.known, 1e9, odds)
        size = int(max(self.left.max(initial=-1), self.right.max(initial=-1))) + 1
        here = np.bincount(self.left, weights=open_odds, minlength=size)
        there = np.bincount(self.right, weights=open_odds, minlength=size)
        against = here + there
        total = against[self.left] + against[self.right] - open_odds
        return np.where(self.known, 1.0, odds / (1.0 + np.maximum(total, odds)))


def rivals(left: Levels, right: Levels, copy_of: Levels, known: Flags) -> Rivals:
    """The rivalries of pairs of records, whose copies are numbered by `copy_of`."""
    copies = int(copy_of.max(initial=0)) + 1
    return Rivals(left * copies + copy_of[right], right * copies + copy_of[left], known)
