"""Rules about ratios."""

from collections.abc import Iterator

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.ratios import Ratio
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known


def ratios_are_of_two_numbers(entity_map: EntityMap) -> Iterator[Problem]:
    """`of` and `over` are two different numbers; the owner is a person; the name is no number's."""
    for name, ratio in entity_map.ratios.items():
        path: Path = ("ratios", name)
        for key, number in (("of", ratio.of), ("over", ratio.over)):
            yield from unless_known((*path, key), "number of the map", number, entity_map.numbers)
        yield from unless_known((*path, "owner"), "person of the map", ratio.owner, entity_map.people)
        if ratio.of == ratio.over:
            yield broken((*path, "over"), f"a number over itself is always 1: {ratio.of}", "name another number")
        if name in entity_map.numbers:
            yield broken(path, f"'{name}' is a number already", "give the ratio a name of its own")


def a_ratios_numbers_can_be_divided(entity_map: EntityMap) -> Iterator[Problem]:
    """Both numbers are for the same periods and have a department's definition by the same name."""
    for name, ratio in entity_map.ratios.items():
        of, over = entity_map.numbers.get(ratio.of), entity_map.numbers.get(ratio.over)
        if of is None or over is None:
            continue
        if (of.per, of.periods) != (over.per, over.periods):
            message = f"{ratio.of} and {ratio.over} are not for the same periods"
            yield broken(("ratios", name), message, "give both the same 'per' and 'periods'")
        if not shared_definitions(entity_map, ratio):
            message = f"{ratio.of} and {ratio.over} have no department's definition by the same name"
            yield broken(("ratios", name), message, "name a definition of both alike, such as sales")


def shared_definitions(entity_map: EntityMap, ratio: Ratio) -> list[str]:
    """The departments' definitions that both numbers have, in the first one's order."""
    of, over = entity_map.numbers[ratio.of], entity_map.numbers[ratio.over]
    return [name for name in of.definitions if name != of.canonical and name in over.definitions]


RATIO_RULES: tuple[Rule, ...] = (ratios_are_of_two_numbers, a_ratios_numbers_can_be_divided)
