"""Mistakes in the Entity Map: each with its place, its line and a hint, all of them at once."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

PathPart = str | int
"""A key of the map, or a place in a list (from 0)."""


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands, in which line (from 1), what is wrong, and what to do about it."""

    path: tuple[PathPart, ...]
    line: int | None
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        line = f"line {self.line}: " if self.line is not None else ""
        place = f"{written(self.path)}: " if self.path else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{line}{place}{self.message}{hint}"


class MapProblems(Exception):  # it carries many problems and is no single error
    """Everything that is wrong with one Entity Map, in the order of its lines."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.name = name
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        super().__init__(name, self.problems)

    def __str__(self) -> str:
        count = f"{len(self.problems)} problem" + ("" if len(self.problems) == 1 else "s")
        return "\n  ".join([f"{self.name} has {count}:", *map(str, self.problems)])


def written(path: Iterable[PathPart]) -> str:
    """A path as people write it: `entities.account.thresholds[0]`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The nearest known word as a question, or None where nothing is near."""
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f"did you mean '{by_lower[near[0]]}'?" if near else None


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names in a row: `a`, `a and b`, `a, b and c`."""
    *first, end = [*names] or ["none"]
    return f"{', '.join(first)} {last} {end}" if first else end
