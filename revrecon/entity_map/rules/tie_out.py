"""Rules about the figures that departments typed in, and how far they may be off."""

import re
from collections.abc import Iterator

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Number
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.rules.found import Path, Rule, broken
from revrecon.entity_map.tie_out import TypedFigure

_QUARTER = re.compile(r"\d{4}Q[1-4]")


def _typed(entity_map: EntityMap) -> Iterator[tuple[Path, Number, TypedFigure]]:
    for number_name, number in entity_map.numbers.items():
        for name, definition in number.definitions.items():
            for place, row in enumerate(definition.reported.rows):
                yield ("numbers", number_name, "definitions", name, "reported", "rows", place), number, row


def typed_in_figures_are_of_a_day_and_of_the_numbers_periods(entity_map: EntityMap) -> Iterator[Problem]:
    """A figure has a day, or a period that has one; a period is a quarter of a number that is told per quarter."""
    for path, number, row in _typed(entity_map):
        if row.as_of is None and not row.period:
            yield broken(path, "this figure has no day", "add as_of, such as 2026-11-04")
        if row.period and number.per is None:
            yield broken((*path, "period"), f"{number.title} has no periods", "leave 'period' out")
        elif row.period and not _QUARTER.fullmatch(row.period):
            yield broken((*path, "period"), f"'{row.period}' is no quarter", "write it such as 2026Q3")


def earlier_versions_have_no_typed_in_figures(entity_map: EntityMap) -> Iterator[Problem]:
    """Figures are compared with the definition that is in effect: they stand beside it."""
    for number_name, number in entity_map.numbers.items():
        for name, definition in number.definitions.items():
            for place, earlier in enumerate(definition.previous):
                if earlier.reported.file or earlier.reported.rows:
                    path: Path = ("numbers", number_name, "definitions", name, "previous", place, "reported")
                    yield broken(path, "an earlier version is not tied out", "move it to the definition in effect")


def a_breach_is_no_narrower_than_the_tolerance(entity_map: EntityMap) -> Iterator[Problem]:
    """What ties cannot be a breach."""
    for name, number in entity_map.numbers.items():
        tolerance, breach = number.tie_out.tolerance, number.tie_out.breach
        if tolerance is None or breach is None:
            continue
        inside = breach.absolute <= tolerance.absolute and breach.relative <= tolerance.relative
        if inside and breach != tolerance:
            path = ("numbers", name, "tie_out", "breach")
            yield broken(path, "the breach begins before the tolerance ends", "widen it, or leave it out")


TIE_OUT_RULES: tuple[Rule, ...] = (
    typed_in_figures_are_of_a_day_and_of_the_numbers_periods,
    earlier_versions_have_no_typed_in_figures,
    a_breach_is_no_narrower_than_the_tolerance,
)
