"""Rules about trees: which field names the parent, and whose tree counts."""

from collections.abc import Iterator

from revrecon.entity_map.entities import Entity, Hierarchy
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known


def _trees(entity_map: EntityMap) -> Iterator[tuple[str, Entity, Hierarchy]]:
    for name, entity in entity_map.entities.items():
        if entity.hierarchy is not None:
            yield name, entity, entity.hierarchy


def the_parent_is_a_reference_to_the_same_entity(entity_map: EntityMap) -> Iterator[Problem]:
    """The parent of an account is an account."""
    for name, entity, hierarchy in _trees(entity_map):
        path = ("entities", name, "hierarchy", "parent_field")
        yield from unless_known(path, f"field of {name}", hierarchy.parent_field, entity.fields)
        rule = entity.fields.get(hierarchy.parent_field)
        if rule is not None and (rule.type != "reference" or rule.to not in (None, name)):
            message = f"the parent field '{hierarchy.parent_field}' must be a reference to {name}"
            yield broken(path, message, f"give the field type reference and to: {name}")


def the_canonical_tree_is_that_of_a_copy_with_parents(entity_map: EntityMap) -> Iterator[Problem]:
    """The copy whose tree is canonical maps the parent field."""
    for name, entity, hierarchy in _trees(entity_map):
        path = ("entities", name, "hierarchy", "canonical")
        yield from unless_known(path, f"copy of {name}", hierarchy.canonical, entity.replication)
        copy = entity.replication.get(hierarchy.canonical)
        if copy is not None and hierarchy.parent_field not in copy.fields:
            message = f"the copy '{hierarchy.canonical}' does not map the parent field '{hierarchy.parent_field}'"
            yield broken(path, message, "map it there, or name a copy that does")


def contract_entities_are_told_per_copy(entity_map: EntityMap) -> Iterator[Problem]:
    """Which nodes stand for a contract is said of copies that exist."""
    for name, entity, hierarchy in _trees(entity_map):
        for copy_name in hierarchy.contract_entities:
            path: Path = ("entities", name, "hierarchy", "contract_entities", copy_name)
            yield from unless_known(path, f"copy of {name}", copy_name, entity.replication)


def nothing_is_corrected_to_be_its_own_parent(entity_map: EntityMap) -> Iterator[Problem]:
    """A correction names a child and another record, or none, as its parent."""
    for name, _, hierarchy in _trees(entity_map):
        for place, correction in enumerate(hierarchy.corrections):
            if correction.child == correction.parent:
                path = ("entities", name, "hierarchy", "corrections", place, "parent")
                yield broken(path, f"'{correction.child}' cannot be its own parent", "name another record, or null")


HIERARCHY_RULES: tuple[Rule, ...] = (
    the_parent_is_a_reference_to_the_same_entity,
    the_canonical_tree_is_that_of_a_copy_with_parents,
    contract_entities_are_told_per_copy,
    nothing_is_corrected_to_be_its_own_parent,
)
