"""Rules about matching, comparing and thresholds."""

from collections.abc import Iterator

from revrecon.entity_map.causes import CAUSES
from revrecon.entity_map.entities import MEASURES, NUMERIC, Limit, Threshold
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known


def match_keys_are_made_of_fields(entity_map: EntityMap) -> Iterator[Problem]:
    """A match key is one or more fields of the entity."""
    for entity_name, entity in entity_map.entities.items():
        for place, key in enumerate(entity.reconciliation.match_keys):
            path: Path = ("entities", entity_name, "reconciliation", "match_keys", place)
            if not key.on:
                yield broken(path, "this match key names no field", "name one or more, or remove it")
            for at, field in enumerate(key.on):
                known = entity.fields
                yield from unless_known(_in_key(path, at, key.duplicates), f"field of {entity_name}", field, known)


def _in_key(path: Path, place: int, in_full: bool) -> Path:
    return (*path, "on", place) if in_full else (*path, place)


def compared_fields_exist_and_tolerances_fit(entity_map: EntityMap) -> Iterator[Problem]:
    """Fields of the entity are compared; a tolerance is a positive number, and only numbers have one."""
    for entity_name, entity in entity_map.entities.items():
        for field, tolerance in entity.reconciliation.compare.items():
            path: Path = ("entities", entity_name, "reconciliation", "compare", field)
            yield from unless_known(path, f"field of {entity_name}", field, entity.fields)
            given = [key for key in ("absolute", "relative") if getattr(tolerance, key) != 0]
            kind = entity.fields[field].type if field in entity.fields else "money"
            if given and kind not in NUMERIC:
                yield broken((*path, given[0]), f"a tolerance is for numbers; this field is {kind}", "write {}")
            if tolerance.absolute < 0 or not 0 <= tolerance.relative <= 1:
                yield broken(path, "a tolerance is not negative, and a relative one at most 1", "write 0.02 or 2%")


def _thresholds(entity_map: EntityMap) -> Iterator[tuple[Path, str, Threshold]]:
    for name, entity in entity_map.entities.items():
        for place, threshold in enumerate(entity.reconciliation.thresholds):
            yield ("entities", name, "reconciliation", "thresholds", place), name, threshold


def thresholds_name_copies_and_causes(entity_map: EntityMap) -> Iterator[Problem]:
    """A threshold is for a copy of the entity and for a cause that findings can have."""
    for path, name, threshold in _thresholds(entity_map):
        copies = entity_map.entities[name].replication
        yield from unless_known((*path, "copy"), f"copy of {name}", threshold.copy_name, copies)
        yield from unless_known((*path, "cause"), "known cause", threshold.cause, CAUSES)


def every_threshold_limits_something(entity_map: EntityMap) -> Iterator[Problem]:
    """A threshold has a limit, a limit has a figure, and it warns no later than it breaches."""
    for path, _, threshold in _thresholds(entity_map):
        limits = {key: getattr(threshold, key) for key in MEASURES if getattr(threshold, key) is not None}
        if not limits:
            yield broken(path, "this threshold limits nothing", "give it a count, share, net or gross")
        for key, limit in limits.items():
            yield from _limit_problems((*path, key), key, limit)


def _limit_problems(path: Path, measure: str, limit: Limit) -> Iterator[Problem]:
    figures = {key: figure for key in ("warn", "breach") if (figure := getattr(limit, key)) is not None}
    if not figures:
        yield broken(path, "this limit has neither 'warn' nor 'breach'", "give it one of them")
    if limit.warn is not None and limit.breach is not None and limit.warn > limit.breach:
        message = f"it warns at {limit.warn:g}, after it has breached at {limit.breach:g}"
        yield broken((*path, "warn"), message, "let warn be at most breach")
    for key, figure in figures.items():
        if measure == "share" and not 0 <= figure <= 1:
            yield broken((*path, key), f"{figure:g} is no share between 0 and 1", f"write {figure:g}%")
        elif figure < 0 or (measure == "count" and figure != int(figure)):
            wanted = "a whole number" if measure == "count" else "an amount that is not negative"
            yield broken((*path, key), f"expected {wanted}, found {figure:g}")


def no_threshold_hides_behind_a_wider_one(entity_map: EntityMap) -> Iterator[Problem]:
    """The first threshold that fits is used, so a wider one must come after a narrower one."""
    for name, entity in entity_map.entities.items():
        thresholds = entity.reconciliation.thresholds
        for place, threshold in enumerate(thresholds):
            wider = next((at for at in range(place) if _covers(thresholds[at], threshold)), None)
            if wider is not None:
                path = ("entities", name, "reconciliation", "thresholds", place)
                message = f"this threshold is never used: thresholds[{wider}] fits first"
                yield broken(path, message, "move the narrower one up, or join the two")


def _covers(wider: Threshold, narrower: Threshold) -> bool:
    same_copy = wider.copy_name is None or wider.copy_name == narrower.copy_name
    return same_copy and (wider.cause is None or wider.cause == narrower.cause)


RECONCILIATION_RULES: tuple[Rule, ...] = (
    match_keys_are_made_of_fields,
    compared_fields_exist_and_tolerances_fit,
    thresholds_name_copies_and_causes,
    every_threshold_limits_something,
    no_threshold_hides_behind_a_wider_one,
)
