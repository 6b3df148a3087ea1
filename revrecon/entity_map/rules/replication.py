"""Rules about copies: where each lives, and how its columns become our fields."""

from collections.abc import Iterator

from revrecon.entity_map.entities import NUMERIC, Entity, FieldMapping, FieldRule
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import Problem, did_you_mean, listed
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known

_SOURCES = ("column", "sql", "constant", "exists_in")
_MOMENTS = ("date", "timestamp")
_RESERVED = ("as_of", "period_start", "period_end", "canonical_id")


def mappings(entity_map: EntityMap) -> Iterator[tuple[Path, str, str, str, FieldMapping]]:
    """Every field mapping of the map: its path, entity, copy and field, and the mapping itself."""
    for entity_name, entity in entity_map.entities.items():
        for copy_name, copy in entity.replication.items():
            for field, mapping in copy.fields.items():
                path = ("entities", entity_name, "replication", copy_name, "fields", field)
                yield path, entity_name, copy_name, field, mapping


def _known_mappings(entity_map: EntityMap) -> Iterator[tuple[Path, FieldRule, FieldMapping]]:
    for path, entity_name, _, field, mapping in mappings(entity_map):
        rule = entity_map.entities[entity_name].fields.get(field)
        if rule is not None:
            yield path, rule, mapping


def every_copy_lives_in_a_system_and_an_object(entity_map: EntityMap) -> Iterator[Problem]:
    """A copy's system, or its own name, is a system of the map, and its object is one of that system's."""
    for entity_name, entity in entity_map.entities.items():
        for copy_name, copy in entity.replication.items():
            path: Path = ("entities", entity_name, "replication", copy_name)
            system_name = entity_map.system_of(copy_name, copy)
            system = entity_map.systems.get(system_name)
            if system is not None:
                yield from unless_known((*path, "object"), f"object of {system_name}", copy.object, system.objects)
            else:
                place = (*path, "system") if copy.system else path
                yield from unless_known(place, "system of the map", system_name, entity_map.systems)


def every_canonical_system_is_a_copy(entity_map: EntityMap) -> Iterator[Problem]:
    """The canonical systems of an entity are named as its copies are, and there is at least one."""
    for entity_name, entity in entity_map.entities.items():
        path: Path = ("entities", entity_name, "canonical_system")
        if not entity.canonical_system:
            yield broken(path, "no canonical system is named", f"name one of {listed(entity.replication, 'or')}")
        for place, name in enumerate(entity.canonical_system):
            yield from unless_known((*path, place), f"copy of {entity_name}", name, entity.replication)


def field_names_are_free_and_distinct(entity_map: EntityMap) -> Iterator[Problem]:
    """Formulas do not tell large letters from small, and some names are taken."""
    for entity_name, entity in entity_map.entities.items():
        seen: dict[str, str] = {}
        for field in entity.fields:
            path = ("entities", entity_name, "quality", "fields", field)
            if field.lower() in _RESERVED or field.endswith(("__key", "__from")):
                yield broken(path, f"the name '{field}' is taken by RevRecon itself", "choose another")
            if field.lower() in seen:
                yield broken(path, f"formulas cannot tell '{field}' from '{seen[field.lower()]}'", "rename one of them")
            seen[field.lower()] = field


def every_copied_field_is_a_field_of_the_entity(entity_map: EntityMap) -> Iterator[Problem]:
    """A copy maps fields that the entity's quality chapter describes."""
    for path, entity_name, _, field, _ in mappings(entity_map):
        yield from unless_known(path, f"field of {entity_name}", field, entity_map.entities[entity_name].fields)


def every_field_comes_from_somewhere(entity_map: EntityMap) -> Iterator[Problem]:
    """A field is held by a copy or derived: otherwise it would be empty for ever."""
    for entity_name, entity in entity_map.entities.items():
        for field in _unfilled(entity):
            message = "no copy maps this field and it is not derived"
            yield broken(
                ("entities", entity_name, "quality", "fields", field), message, "map it in a copy or remove it"
            )


def _unfilled(entity: Entity) -> list[str]:
    """Fields that neither a copy nor a formula fills."""
    held = {field for copy in entity.replication.values() for field in copy.fields}
    return [field for field, rule in entity.fields.items() if field not in held and rule.derived is None]


def every_mapping_has_one_source(entity_map: EntityMap) -> Iterator[Problem]:
    """Exactly one of column, sql, constant and exists_in; `by` goes with exists_in."""
    for path, _, _, _, mapping in mappings(entity_map):
        given = [source for source in _SOURCES if getattr(mapping, source) is not None]
        if len(given) != 1:
            message = f"expected exactly one of {listed(_SOURCES, 'or')}, found {listed(given)}"
            yield broken(path, message, None if given else "write the column that holds it")
        if "exists_in" in given and mapping.by is None:
            message = "exists_in needs 'by'"
            yield broken(path, message, f"name the column of {mapping.exists_in} that holds this record's key")
        if "exists_in" not in given and mapping.by is not None:
            yield broken((*path, "by"), "'by' goes with exists_in only", "remove it")


def exists_in_names_an_object_of_the_same_system(entity_map: EntityMap) -> Iterator[Problem]:
    """Whether a record exists elsewhere is asked of its own system."""
    for path, entity_name, copy_name, _, mapping in mappings(entity_map):
        copy = entity_map.entities[entity_name].replication[copy_name]
        name = entity_map.system_of(copy_name, copy)
        if name in entity_map.systems:
            objects = entity_map.systems[name].objects
            yield from unless_known((*path, "exists_in"), f"object of {name}", mapping.exists_in, objects)


def mappings_fit_the_type_of_their_field(entity_map: EntityMap) -> Iterator[Problem]:
    """Cents are money, epochs and formats are moments, `through` is for references, exists_in is true or false."""
    for path, rule, mapping in _known_mappings(entity_map):
        wanted = {
            "unit": NUMERIC if mapping.unit == "cents" else _MOMENTS if mapping.unit else None,
            "format": _MOMENTS if mapping.format else None,
            "through": ("reference",) if mapping.through else None,
            "exists_in": ("boolean",) if mapping.exists_in else None,
        }
        for key, kinds in wanted.items():
            if kinds and rule.type not in kinds:
                written = mapping.unit if key == "unit" else key
                message = f"{written} is for fields of type {listed(kinds, 'or')}; this one is {rule.type}"
                yield broken((*path, key), message, "correct the type, or remove it")


def translated_and_constant_values_are_allowed(entity_map: EntityMap) -> Iterator[Problem]:
    """What a mapping writes into a field is among the field's allowed values, where those are listed."""
    for path, rule, mapping in _known_mappings(entity_map):
        written: list[tuple[Path, str]] = [((*path, "translate", old), new) for old, new in mapping.translate.items()]
        if mapping.constant is not None:
            written.append(((*path, "constant"), str(mapping.constant)))
        for place, value in written:
            if rule.allowed and value not in rule.allowed:
                hint = did_you_mean(value, rule.allowed) or f"allowed are {listed(rule.allowed)}"
                yield broken(place, f"'{value}' is no allowed value of this field", hint)


REPLICATION_RULES: tuple[Rule, ...] = (
    every_canonical_system_is_a_copy,
    every_copy_lives_in_a_system_and_an_object,
    field_names_are_free_and_distinct,
    every_copied_field_is_a_field_of_the_entity,
    every_field_comes_from_somewhere,
    every_mapping_has_one_source,
    exists_in_names_an_object_of_the_same_system,
    mappings_fit_the_type_of_their_field,
    translated_and_constant_values_are_allowed,
)
