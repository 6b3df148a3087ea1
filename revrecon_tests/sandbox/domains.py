"""Conditions as lists, which Odoo writes in Polish notation and Tryton as lists inside lists, as SQL."""

from collections.abc import Callable
from dataclasses import dataclass

_OPERATORS = ("=", "!=", ">", ">=", "<", "<=")


@dataclass(frozen=True)
class Domain:
    """A condition and the values of its marks."""

    sql: str
    values: tuple[object, ...]


NO_CONDITION = Domain("1 = 1", ())


def _joined(word: str, parts: list[Domain]) -> Domain:
    if not parts:
        return NO_CONDITION
    sql = f" {word} ".join(f"({part.sql})" for part in parts)
    return Domain(sql, tuple(value for part in parts for value in part.values))


def _leaf(told: list, value: Callable[[object], object]) -> Domain:
    """In brackets, since SQLite takes a name in quotes that it does not know for a text."""
    name, operator, wanted = told
    if operator == "in":
        marks = ", ".join("?" * len(wanted))
        return Domain(f"[{name}] IN ({marks})", tuple(value(one) for one in wanted))
    if operator not in _OPERATORS:
        raise ValueError(f"operator {operator}")
    return Domain(f"[{name}] {operator} ?", (value(wanted),))


def polish(domain: list) -> Domain:
    """Odoo's: operators before what they join, and `&` understood between whole conditions."""
    left = list(domain)

    def taken() -> Domain:
        first = left.pop(0)
        if first in ("&", "|"):
            return _joined("AND" if first == "&" else "OR", [taken(), taken()])
        return _leaf(first, lambda value: value)

    parts = []
    while left:
        parts.append(taken())
    return _joined("AND", parts)


def nested(domain: list, value: Callable[[object], object]) -> Domain:
    """Tryton's: a list of conditions, of which a first `OR` says that one is enough."""
    if domain and isinstance(domain[0], str) and domain[0] not in ("OR", "AND"):
        return _leaf(domain, value)
    word = domain[0] if domain and isinstance(domain[0], str) else "AND"
    return _joined(word, [nested(part, value) for part in domain if not isinstance(part, str)])
