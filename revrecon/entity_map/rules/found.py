"""The two findings that most rules make, and the type of a rule."""

from collections.abc import Callable, Iterable, Iterator

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import PathPart, Problem, did_you_mean, listed

Path = tuple[PathPart, ...]
Rule = Callable[[EntityMap], Iterator[Problem]]
"""A rule of the map, named as the sentence that must hold; it yields a problem for every place where it does not."""


def broken(path: Path, message: str, hint: str | None = None) -> Problem:
    """A problem whose line the loader fills in."""
    return Problem(path, None, message, hint)


def unless_known(path: Path, kind: str, name: str | None, known: Iterable[str]) -> Iterator[Problem]:
    """A problem where a given name is none of the known ones: with the nearest, or with all when they are few."""
    names = list(known)
    if name is None or name in names:
        return
    few = f"it can be {listed(names, 'or')}" if 0 < len(names) <= 8 else None
    yield broken(path, f"'{name}' is no {kind}", did_you_mean(name, names) or few)
