"""What people call a record: which field of an entity names it."""

from revrecon.entity_map.entities import Entity


def naming_field(entity: Entity) -> str | None:
    """The field that names a record: the first text field called a name, else the first text field; never a personal
    one."""
    names = [name for name, rule in entity.fields.items() if rule.type == "text" and not rule.personal]
    called = [name for name in names if name.endswith("name")]
    return next(iter([*called, *names]), None)
