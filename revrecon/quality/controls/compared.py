"""Whether the controls that the map asks for are there, as far as a system's own metadata tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.quality.controls.wanted import Control, controls_wanted, is_controlled
from revrecon.sources.live.contract import Column

COMPARED_SCHEMA: dict[str, pl.DataType] = {
    "system": pl.String(),
    "object": pl.String(),
    "column": pl.String(),
    "entity": pl.String(),
    "field": pl.String(),
    "kind": pl.String(),  # required, allowed, at_least, at_most, pattern, unique, reference
    "rule": pl.String(),  # the rule of the daily checks that finds what the control lets through
    "text": pl.String(),  # the control in a sentence
    "state": pl.String(),  # there, missing, looser, not told
    "detail": pl.String(),  # what the system has instead, and what the map says of it
}
"""One row per control that a system should have."""

_RULES = {
    "required": "is_present", "allowed": "is_allowed", "at_least": "is_large_enough", "at_most": "is_small_enough",
    "pattern": "has_its_form", "unique": "is_unique", "reference": "exists",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What a system's metadata says of one object; `rules` are further ones by `column_kind`, None where not listed."""

    columns: Sequence[Column]
    rules: frozenset[str] | None


def controls_compared(entity_map: EntityMap, system: str, told: Mapping[str, Told]) -> pl.DataFrame:
    """Every control that a system should have, and its state there (COMPARED_SCHEMA); `told` by object of the map."""
    rows = []
    for one in controls_wanted(entity_map, system):
        if one.object not in told:
            continue
        state, detail = _state(one, told[one.object])
        rule = entity_map.entities[one.entity].fields[one.field]
        if state == "missing" and is_controlled(rule):
            detail = f"{detail}the map says: {rule.input_control}"
        rows.append(
            {
                "system": system, "object": one.object, "column": one.column, "entity": one.entity, "field": one.field,
                "kind": one.kind, "rule": f"{one.field}_{_RULES[one.kind]}", "text": one.text, "state": state,
                "detail": detail,
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema=COMPARED_SCHEMA)


def _state(one: Control, told: Told) -> tuple[str, str]:
    """What the column itself says; else a rule by the name that `revrecon controls` gives it."""
    column = next((each for each in told.columns if each.name.casefold() == one.column.casefold()), None)
    if column is None:
        return "not told", "the metadata does not show the column"
    if told.rules is not None and _named(one, told.rules):
        return "there", "by a rule"
    state, detail = _of_column(one, column)
    if state == "not told" and told.rules is not None:
        return "missing", ""
    return state, detail


def _named(one: Control, rules: frozenset[str]) -> bool:
    """Some systems cut a rule's name after 40 letters, three of which are ours."""
    name = f"{one.column}_{one.kind}".replace("__", "_").casefold()
    return name in rules or name[:37].rstrip("_") in rules


def _of_column(one: Control, column: Column) -> tuple[str, str]:
    match one.kind:
        case "required":
            return _told_by(column.required, "")
        case "unique":
            return _told_by(column.unique, "")
        case "reference":
            return ("there", "") if column.points_to else ("missing", "")
        case "allowed" if column.values:
            more = [value for value in column.values if value not in one.values]
            return ("looser", f"it also takes {', '.join(more)}") if more else ("there", "")
        case "allowed":
            return "missing", ""
        case _:
            return "not told", ""


def _told_by(says: bool | None, detail: str) -> tuple[str, str]:
    return ("not told" if says is None else "there" if says else "missing"), detail
