"""Groups that may not meet: disjoint sets under constraints, for the few places where links have to be taken one by
one."""

from collections.abc import Iterable, Mapping

Pair = tuple[int, int]


class Groups:
    """Disjoint sets of labels. Each set knows which sets it must never meet, and what its members are of."""

    def __init__(self, apart: Iterable[Pair] = (), against: Iterable[Pair] = ()) -> None:
        self._parent: dict[int, int] = {}
        self._apart = _neighbours(apart)
        self._against = _neighbours(against)

    def find(self, label: int) -> int:
        """The set that a label is in now, named by one of its members."""
        while (above := self._parent.get(label, label)) != label:
            self._parent[label] = self._parent.get(above, above)
            label = self._parent[label]
        return label

    def must_stay_apart(self, left: int, right: int) -> bool:
        """Whether a rule forbids the two sets to meet."""
        return right in self._apart.get(left, ())

    def speak_against(self, left: int, right: int) -> bool:
        """Whether any evidence between the two sets is against their being one."""
        return right in self._against.get(left, ())

    def join(self, left: int, right: int) -> int:
        """Make one set of two; what held for either holds for both. The lower name stays."""
        kept, lost = min(left, right), max(left, right)
        self._parent[lost] = kept
        for neighbours in (self._apart, self._against):
            _rename(neighbours, lost, kept)
        return kept


def _neighbours(pairs: Iterable[Pair]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for left, right in pairs:
        found.setdefault(left, set()).add(right)
        found.setdefault(right, set()).add(left)
    return found


def _rename(neighbours: dict[int, set[int]], lost: int, kept: int) -> None:
    for other in neighbours.pop(lost, set()):
        neighbours[other].discard(lost)
        neighbours[other].add(kept)
        neighbours.setdefault(kept, set()).add(other)


def lowest_labels(groups: Groups, labels: Iterable[int]) -> Mapping[int, int]:
    """For each label the name of the set that it ended in."""
    return {label: groups.find(label) for label in labels}
