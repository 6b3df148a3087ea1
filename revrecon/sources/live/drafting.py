"""A part of the map as a system's own metadata suggests it: objects, fields, types, and the controls that are there.

It is a beginning that loads as it stands; names, sources of truth and thresholds are for people to decide.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from revrecon.sources.live.contract import Column

_TYPES = {"number": "decimal", "reference": "text"}
_CLOCKS: Mapping[str, Sequence[str]] = {
    "created": (
        "CreatedDate", "createdAt", "datecreated", "created", "created_at", "createdon", "inserted_at", "create_date",
    ),
    "changed": (
        "SystemModstamp", "updatedAt", "lastmodifieddate", "updated", "updated_at", "modified_at", "changed_at",
        "write_date",
    ),
}  # fmt: skip
_DELETED = {
    "IsDeleted": "IsDeleted = 'true'", "archived": "archived = 'true'", "isinactive": "isinactive = 'T'",
    "deleted": "deleted = 'true'",
}  # fmt: skip
_KEYS = ("Id", "id")
_MOST_VALUES = 25


@dataclass(frozen=True)
class Drafted:
    """One object as its system describes it."""

    name: str
    table: str
    columns: Sequence[Column]


def drafted_map(system: str, objects: Sequence[Drafted]) -> str:
    """The chapters `systems.SYSTEM.objects` and `entities` as YAML text, every field with what the metadata says."""
    lines = ["systems:", f"  {system}:", "    objects:"]
    lines += [f"      {one.name}: {_object(one)}" for one in objects]
    lines += ["", "entities:"]
    for one in objects:
        lines += _entity(system, one, [each.table for each in objects])
    return "\n".join(lines) + "\n"


def _object(one: Drafted) -> str:
    names = [column.name for column in one.columns]
    told = [f"key: [{', '.join(_key(one))}]"]
    told += [f"{clock}: {name}" for clock, known in _CLOCKS.items() if (name := _first(known, names))]
    deleted = _first(list(_DELETED), names)
    told += [f'deleted: "{_DELETED[deleted]}"'] if deleted else []
    told += [f"table: {one.table}"] if one.table != one.name else []
    return f"{{{', '.join(told)}}}"


def _key(one: Drafted) -> list[str]:
    names = [column.name for column in one.columns]
    alone = [column.name for column in one.columns if column.unique]
    return [_first(_KEYS, names) or (alone or names)[0]]


def _first(wanted: Sequence[str], names: Sequence[str]) -> str:
    return next((name for name in wanted if name in names), "")


def _entity(system: str, one: Drafted, links: Collection[str]) -> list[str]:
    kept = [column for column in one.columns if column.name not in _used(one)]
    fields = dict(zip(_field_names(kept), kept, strict=True))
    entity = _name(one.name)
    told = [
        f"  {entity}:  # rename it after the thing that it is: an entity has copies in several systems",
        "    replication:", f"      {system}:", f"        object: {one.name}", "        fields:",
    ]  # fmt: skip
    told += [f"          {name}: {_quoted(column.name)}" for name, column in fields.items()]
    told += ["    quality:", "      fields:"]
    return told + [f"        {name}: {_rule(column, links)}{_title(column)}" for name, column in fields.items()]


def _used(one: Drafted) -> set[str]:
    """The key, the clocks and the deletion flag are the object's and no fields."""
    names = [column.name for column in one.columns]
    clocks = {_first(known, names) for known in _CLOCKS.values()}
    return {*_key(one), *clocks, _first(list(_DELETED), names)}


def _rule(column: Column, links: Collection[str]) -> str:
    is_link = column.type == "reference" and column.points_to in links
    told = [f"type: {'reference' if is_link else _TYPES.get(column.type, column.type)}"]
    told += [f"to: {_name(str(column.points_to))}"] if is_link else []
    told += ["required: true"] if column.required else []
    told += ["unique: true"] if column.unique else []
    if 0 < len(column.values) <= _MOST_VALUES:
        told.append(f"allowed: [{', '.join(map(_quoted, column.values))}]")
    held = [word for word, there in (("required", column.required), ("unique", column.unique)) if there]
    held += ["a list of values"] if column.values else []
    told += [f"input_control: {_quoted(', '.join(held) + ' in the system itself')}"] if held else []
    return f"{{{', '.join(told)}}}"


def _title(column: Column) -> str:
    return f"  # {' '.join(column.title.split())}" if column.title and column.title != column.name else ""


def _field_names(columns: Sequence[Column]) -> list[str]:
    """A name for each column, in our way of writing and no name twice."""
    found: list[str] = []
    for column in columns:
        name, number = _name(column.name), 2
        while name in found:
            name, number = f"{_name(column.name)}_{number}", number + 1
        found.append(name)
    return found


def _name(text: str) -> str:
    """`BillingPostalCode` and `First_Year_Amount__c` as `billing_postal_code` and `first_year_amount`."""
    plain = re.sub(r"__c$", "", text)
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain)
    name = re.sub(r"[^a-z0-9]+", "_", apart.casefold()).strip("_")
    return name if name[:1].isalpha() else f"field_{name}".rstrip("_")


def _quoted(text: str) -> str:
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_ .-]*", text) and text.casefold() not in (
        "true",
        "false",
        "yes",
        "no",
        "null",
        "on",
        "off",
    ):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
