"""Rules about what may be written into a system: columns that the map knows, never those that tell records apart."""

from collections.abc import Iterator

from revrecon.entity_map.formulas import columns_in
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.permits import permit_of
from revrecon.entity_map.problems import Problem
from revrecon.entity_map.rules.found import Path, Rule, broken, unless_known
from revrecon.entity_map.systems import SourceObject
from revrecon.entity_map.write_back import WrittenObject


def _written(entity_map: EntityMap) -> Iterator[tuple[Path, str, str, WrittenObject, SourceObject | None]]:
    for name, system in entity_map.systems.items():
        permit = permit_of(system)
        for object_name, written in (permit.objects if permit is not None else {}).items():
            path = ("systems", name, "settings", "write_back", "objects", object_name)
            yield path, name, object_name, written, system.objects.get(object_name)


def written_objects_are_objects_of_their_system(entity_map: EntityMap) -> Iterator[Problem]:
    """What may be written is one of the system's objects, and its key tells its rows apart."""
    for path, name, object_name, written, spec in _written(entity_map):
        yield from unless_known(path, f"object of {name}", object_name, entity_map.systems[name].objects)
        if spec is not None and spec.repeats:
            yield broken(path, f"{object_name} cannot be written: its key does not tell its rows apart")
        if spec is not None and not written.all_columns:
            yield broken(path, "no column may be written", "name columns, or leave the object out")


def written_columns_are_mapped(entity_map: EntityMap) -> Iterator[Problem]:
    """A column that may be set is one that some copy maps to a field; the master's id has one of its own."""
    for path, name, object_name, written, spec in _written(entity_map):
        mapped = _mapped(entity_map, name, object_name)
        for place, column in enumerate(written.columns if spec is not None else ()):
            yield from unless_known((*path, "columns", place), "column that a field is mapped to", column, mapped)
        if written.master_id in mapped:
            message = f"{written.master_id} is mapped to a field, and cannot take the master's id as well"
            yield broken((*path, "master_id"), message, "add a column for it in the system")


def keys_and_clocks_are_never_written(entity_map: EntityMap) -> Iterator[Problem]:
    """What tells records apart, when they changed and whether they are deleted is the system's own."""
    for path, _, _, written, spec in _written(entity_map):
        if spec is None:
            continue
        deleted = columns_in(spec.deleted) if spec.deleted else frozenset()
        own = {*spec.key, spec.created, spec.changed, spec.changed_by, *deleted}
        for column in written.all_columns:
            if column in own:
                place: Path = ("master_id",) if column == written.master_id else ("columns",)
                yield broken((*path, *place), f"{column} is the system's own and is never written", "leave it out")


def _mapped(entity_map: EntityMap, system: str, object_name: str) -> list[str]:
    """The columns of an object that any copy maps to a field; sorted."""
    return sorted(
        {
            str(mapping.column)
            for entity in entity_map.entities.values()
            for copy_name, copy in entity.replication.items()
            if copy.object == object_name and entity_map.system_of(copy_name, copy) == system
            for mapping in copy.fields.values()
            if mapping.column is not None
        }
    )


WRITE_BACK_RULES: tuple[Rule, ...] = (
    written_objects_are_objects_of_their_system,
    written_columns_are_mapped,
    keys_and_clocks_are_never_written,
)
