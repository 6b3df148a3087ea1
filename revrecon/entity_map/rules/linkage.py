"""Rules about probabilistic linkage."""

from collections.abc import Iterator

from revrecon.entity_map.entities import Entity
from revrecon.entity_map.linkage import ComparisonKind, Linkage
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem, listed
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known

_OF_TYPE: dict[str, tuple[ComparisonKind, ...]] = {
    "boolean": (),
    "integer": ("quantity", "money", "code", "category"),
    "decimal": ("quantity", "money"),
    "money": ("money", "quantity"),
    "date": ("event_date", "birth_date"),
    "timestamp": ("event_date", "birth_date"),
    "reference": ("reference", "category"),
}
"""What a field of a type can be compared as; a text as anything but a reference."""


def _linked(entity_map: EntityMap) -> Iterator[tuple[Path, str, Entity, Linkage]]:
    for name, entity in entity_map.entities.items():
        if entity.reconciliation.linkage is not None:
            path: Path = ("entities", name, "reconciliation", "linkage")
            yield path, name, entity, entity.reconciliation.linkage


def linkage_names_fields_of_the_entity(entity_map: EntityMap) -> Iterator[Problem]:
    """What is compared, stands in, is ignored or blocked on is a field of the entity."""
    for path, name, entity, linkage in _linked(entity_map):
        kind = f"field of {name}"
        for field, comparison in linkage.compare.items():
            yield from unless_known((*path, "compare", field), kind, field, entity.fields)
            for at, other in enumerate(comparison.instead):
                yield from unless_known((*path, "compare", field, "or", at), kind, other, entity.fields)
        for at, field in enumerate(linkage.ignore):
            yield from unless_known((*path, "ignore", at), kind, field, entity.fields)
        for place, fields in enumerate(linkage.block_on):
            for at, field in enumerate(fields):
                yield from unless_known((*path, "block_on", place, at), kind, field, entity.fields)


def linkage_compares_a_field_as_its_type_allows(entity_map: EntityMap) -> Iterator[Problem]:
    """A day is compared as a day and an amount as an amount; what stands in for a field has its type."""
    for path, _, entity, linkage in _linked(entity_map):
        for field, comparison in linkage.compare.items():
            rule = entity.fields.get(field)
            if rule is None:
                continue
            where = (*path, "compare", field)
            allowed = _OF_TYPE.get(rule.type)
            wrong = comparison.kind == "reference" if allowed is None else comparison.kind not in (None, *allowed)
            if wrong:
                can = f"it can be {listed(allowed, 'or')}" if allowed else "remove it: it tells no record from another"
                yield broken((*where, "as"), f"a {rule.type} is not compared as {comparison.kind}", can)
            for at, other in enumerate(comparison.instead):
                if other in entity.fields and entity.fields[other].type != rule.type:
                    message = f"'{other}' is {entity.fields[other].type} and cannot stand in for a {rule.type}"
                    yield broken((*where, "or", at), message, f"name a field of type {rule.type}")


def linkage_does_not_use_what_it_ignores(entity_map: EntityMap) -> Iterator[Problem]:
    """A field is used or ignored, and a rule to look for pairs names at least one field."""
    for path, _, _, linkage in _linked(entity_map):
        for at, field in enumerate(linkage.ignore):
            if field in linkage.compare or any(field in fields for fields in linkage.block_on):
                yield broken((*path, "ignore", at), f"'{field}' is ignored and used", "remove one of the two")
        for place, fields in enumerate(linkage.block_on):
            if not fields:
                yield broken((*path, "block_on", place), "it names no field", "name one or more, or remove it")


def linkage_asks_below_where_it_joins(entity_map: EntityMap) -> Iterator[Problem]:
    """Both thresholds are probabilities, and a steward is asked at or below where records are joined."""
    for path, _, _, linkage in _linked(entity_map):
        for key, share in (("automatic", linkage.automatic), ("review", linkage.review)):
            if not 0 < share <= 1:
                yield broken((*path, key), f"{share:g} is no probability above 0 and up to 1", "write such as 95%")
        if linkage.review > linkage.automatic:
            message = f"it asks from {linkage.review:g} on, but joins from {linkage.automatic:g} on"
            yield broken((*path, "review"), message, "let review be at most automatic")


LINKAGE_RULES: tuple[Rule, ...] = (
    linkage_names_fields_of_the_entity,
    linkage_compares_a_field_as_its_type_allows,
    linkage_does_not_use_what_it_ignores,
    linkage_asks_below_where_it_joins,
)
