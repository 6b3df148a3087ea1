"""Rules about numbers and their definitions."""

from collections.abc import Iterator

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition, Measure, Number
from revrecon.entity_map.problems import Problem, listed
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known

_MEASURES = ("sum", "count", "count_roots")


def definitions(entity_map: EntityMap) -> Iterator[tuple[Path, Definition]]:
    """Every definition of every number, each earlier version after it, with its path."""
    for _, _, path, definition in _named(entity_map):
        yield path, definition


def _named(entity_map: EntityMap) -> Iterator[tuple[Number, str, Path, Definition]]:
    for number_name, number in entity_map.numbers.items():
        for name, definition in number.definitions.items():
            path: Path = ("numbers", number_name, "definitions", name)
            yield number, name, path, definition
            for place, earlier in enumerate(definition.previous):
                yield number, name, (*path, "previous", place), earlier


def canonical_and_closing_are_definitions(entity_map: EntityMap) -> Iterator[Problem]:
    """The canonical figure, and the one at which bridges end, are defined."""
    for name, number in entity_map.numbers.items():
        for key, chosen in (("canonical", number.canonical), ("closing", number.closing)):
            yield from unless_known(("numbers", name, key), f"definition of {name}", chosen, number.definitions)


def definitions_are_over_an_entity_and_one_of_its_copies(entity_map: EntityMap) -> Iterator[Problem]:
    """A definition's entity exists, and its copy is one of that entity's."""
    for path, definition in definitions(entity_map):
        yield from unless_known((*path, "entity"), "entity of the map", definition.entity, entity_map.entities)
        entity = entity_map.entities.get(definition.entity)
        if entity is not None:
            known = entity.replication
            yield from unless_known((*path, "copy"), f"copy of {definition.entity}", definition.copy_name, known)


def every_department_has_records_of_its_own(entity_map: EntityMap) -> Iterator[Problem]:
    """Only the canonical definition needs no copy: without its own records, a department's figure cannot tie out."""
    for number, name, path, definition in _named(entity_map):
        entity = entity_map.entities.get(definition.entity)
        if definition.copy_name is None and name != number.canonical:
            message = f"without 'copy' the figure of {definition.department} cannot be tied out to its own records"
            yield broken(path, message, f"name one of {listed(entity.replication, 'or')}" if entity else None)
        if definition.copy_name is None and (definition.own.conditions is not None or definition.own.measure):
            yield broken((*path, "own"), "'own' needs 'copy': it is a formula on the copy's records", "add 'copy'")


def every_measure_is_one_of_three(entity_map: EntityMap) -> Iterator[Problem]:
    """Exactly one of sum, count and count_roots; a sum has components."""
    for path, measure, _ in _measures(entity_map):
        given = [key for key in _MEASURES if getattr(measure, key) is not None]
        if len(given) != 1:
            yield broken(path, f"expected exactly one of {listed(_MEASURES, 'or')}, found {listed(given)}")
        if measure.sum == {}:
            yield broken(
                (*path, "sum"), "this sum has no components", "name what is added up, such as {amount: amount}"
            )


def _measures(entity_map: EntityMap) -> Iterator[tuple[Path, Measure, Definition]]:
    for path, definition in definitions(entity_map):
        yield (*path, "measure"), definition.measure, definition
        if definition.own.measure is not None:
            yield (*path, "own", "measure"), definition.own.measure, definition


def roots_are_counted_in_a_hierarchy(entity_map: EntityMap) -> Iterator[Problem]:
    """`count_roots` names `self` or a reference field, and what is counted has a hierarchy."""
    for path, measure, definition in _measures(entity_map):
        if measure.count_roots is not None and definition.entity in entity_map.entities:
            place = (*path, "count_roots")
            yield from _root_problems(entity_map, place, definition.entity, measure.count_roots)


def _root_problems(entity_map: EntityMap, path: Path, entity_name: str, rooted: str) -> Iterator[Problem]:
    fields = entity_map.entities[entity_name].fields
    references = [name for name, rule in fields.items() if rule.type == "reference"]
    if rooted != "self" and rooted not in references:
        if rooted in fields:
            message = f"'{rooted}' is no reference; its type is {fields[rooted].type}"
            yield broken(path, message, f"name {listed(['self', *references], 'or')}")
        else:
            yield from unless_known(path, f"reference field of {entity_name}", rooted, ["self", *references])
        return
    target = entity_map.entities.get(entity_name if rooted == "self" else str(fields[rooted].to))
    if target is not None and target.hierarchy is None:
        name = entity_name if rooted == "self" else fields[rooted].to
        yield broken(path, f"{name} has no hierarchy, so it has no roots", "add one, or write 'count: records'")


def own_roots_are_counted_by_a_field_of_the_copy(entity_map: EntityMap) -> Iterator[Problem]:
    """The reference field whose roots a department counts is one that its copy maps."""
    for path, definition in definitions(entity_map):
        entity = entity_map.entities.get(definition.entity)
        copy = entity.replication.get(definition.copy_name or "") if entity else None
        own = definition.own.measure or definition.measure
        rooted = own.count_roots
        if copy is None or entity is None or rooted in (None, "self") or rooted not in entity.fields:
            continue
        if rooted not in copy.fields:
            place = (*path, "own", "measure") if definition.own.measure else (*path, "measure")
            message = f"the copy '{definition.copy_name}' does not map '{rooted}'"
            yield broken((*place, "count_roots"), message, "map it there, or count by another field")


def a_lag_has_a_length(entity_map: EntityMap) -> Iterator[Problem]:
    """`lag` goes with the rule of that name, and only with it."""
    for path, definition in definitions(entity_map):
        as_of = definition.as_of
        if (as_of.rule == "lag") != (as_of.lag is not None):
            yield broken((*path, "as_of"), "the rule 'lag' and a length go together", "write {rule: lag, lag: 2d}")


def earlier_versions_fall_in_version_and_date(entity_map: EntityMap) -> Iterator[Problem]:
    """Under `previous` the latest comes first: each with a lower version and an earlier date than the one before."""
    for number_name, number in entity_map.numbers.items():
        for name, definition in number.definitions.items():
            path: Path = ("numbers", number_name, "definitions", name, "previous")
            later = definition
            for place, earlier in enumerate(definition.previous):
                yield from _not_earlier((*path, place), later, earlier)
                later = earlier


def _not_earlier(path: Path, later: Definition, earlier: Definition) -> Iterator[Problem]:
    if earlier.version >= later.version:
        message = f"version {earlier.version} does not come before version {later.version}"
        yield broken((*path, "version"), message, "write the latest earlier version first")
    if earlier.effective >= later.effective:
        message = f"version {earlier.version} took effect on {earlier.effective}, not before {later.effective}"
        yield broken((*path, "effective"), message, "each version takes effect after the one before it")
    if earlier.previous:
        message = "an earlier version keeps no earlier versions of its own"
        yield broken((*path, "previous"), message, "write them beside it, in one list")


NUMBER_RULES: tuple[Rule, ...] = (
    canonical_and_closing_are_definitions,
    definitions_are_over_an_entity_and_one_of_its_copies,
    every_department_has_records_of_its_own,
    every_measure_is_one_of_three,
    roots_are_counted_in_a_hierarchy,
    own_roots_are_counted_by_a_field_of_the_copy,
    a_lag_has_a_length,
    earlier_versions_fall_in_version_and_date,
)
