"""Definitions by name: `sales` is the one in effect, `sales@1` an earlier version that the map keeps."""

from revrecon.entity_map.numbers import Definition, Number
from revrecon.entity_map.problems import did_you_mean, listed


class NoSuchLens(Exception):
    """A definition, a version or a coordinate was asked for that is not there."""


def definition_named(number: Number, name: str) -> Definition:
    """The definition of a number by its name, or an earlier version of it. Raises NoSuchLens with what there is."""
    plain, _, version = name.partition("@")
    if plain not in number.definitions:
        near = did_you_mean(plain, number.definitions)
        raise NoSuchLens(
            f"{number.title} has no definition '{plain}'; it has {listed(number.definitions, 'and')}"
            f"{f'; {near}' if near else '.'}"
        )
    every = (number.definitions[plain], *number.definitions[plain].previous)
    if not version:
        return every[0]
    found = [one for one in every if str(one.version) == version]
    if not found:
        told = ", ".join(f"{plain}@{one.version}" for one in every)
        raise NoSuchLens(
            f"There is no {name}; the map has {told}. Keep an earlier version whole under 'previous' of {plain}."
        )
    return found[0]
