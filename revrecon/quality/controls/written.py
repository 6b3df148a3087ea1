"""A system's controls as files, and the rules that its form cannot express: told, never dropped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.systems import ControlForm
from revrecon.quality.controls.hubspot import hubspot_files
from revrecon.quality.controls.json_schema import json_schema_files
from revrecon.quality.controls.salesforce import salesforce_files
from revrecon.quality.controls.sheet import sheet_files
from revrecon.quality.controls.sql import sql_files
from revrecon.quality.controls.wanted import Control, controls_wanted

Files = tuple[dict[str, str], list[Control]]
"""Texts by relative path, and the controls that could not be put into them."""

FORMS: dict[ControlForm, Callable[[Sequence[Control]], Files]] = {
    "salesforce": salesforce_files,
    "hubspot": hubspot_files,
    "sql": sql_files,
    "json_schema": json_schema_files,
    "sheet": sheet_files,
}
"""How each form is written."""


@dataclass(frozen=True)
class WrittenControls:
    """One system's controls in one form."""

    system: str
    form: ControlForm
    files: dict[str, str]
    enforced: tuple[Control, ...]
    left_out: tuple[Control, ...]


def written_controls(entity_map: EntityMap, system: str, form: ControlForm | None = None) -> WrittenControls:
    """What a system should enforce, in the form of the map or another one."""
    wanted = controls_wanted(entity_map, system)
    chosen = form or entity_map.systems[system].controls
    files, left_out = FORMS[chosen](wanted)
    return WrittenControls(system, chosen, files, tuple(one for one in wanted if one not in left_out), tuple(left_out))
