"""HubSpot: property validation rules as bodies for its API, one file per object and property.

PUT /crm/v3/property-validations/{objectTypeId}/{propertyName}/rule-type/{ruleType} takes `ruleArguments` and
`shouldApplyNormalization`. Whether a property is required is a setting of its forms and create views, not a rule of the
API; allowed values are the options of the property itself, and are written as such.
"""

import json
from collections.abc import Sequence

from revrecon.quality.controls.wanted import Control

_OBJECT_TYPES = {
    "contact": "0-1",
    "company": "0-2",
    "deal": "0-3",
    "ticket": "0-5",
    "product": "0-7",
    "line_item": "0-8",
}


def hubspot_files(controls: Sequence[Control]) -> tuple[dict[str, str], list[Control]]:
    """Request bodies by path, and what the API has no rule for."""
    files: dict[str, str] = {}
    left_out = []
    for one in controls:
        request = _request(one)
        if request is None:
            left_out.append(one)
        else:
            files[f"{one.object}/{one.column}.{one.kind}.json"] = json.dumps(request, indent=2) + "\n"
    return files, left_out


def _request(one: Control) -> dict[str, object] | None:
    if one.kind == "allowed":
        options = [
            {"label": word, "value": word, "displayOrder": at, "hidden": False} for at, word in enumerate(one.values)
        ]
        return {
            "method": "PATCH", "path": f"/crm/v3/properties/{_type_of(one)}/{one.column}",
            "body": {"type": "enumeration", "fieldType": "select", "options": options},
        }  # fmt: skip
    rules = {
        "at_least": ("MIN_NUMBER", [f"{one.limit:g}"] if one.limit is not None else []),
        "at_most": ("MAX_NUMBER", [f"{one.limit:g}"] if one.limit is not None else []),
        "pattern": ("REGEX", [one.pattern]),
    }
    if one.kind not in rules:
        return None
    rule, arguments = rules[one.kind]
    return {
        "method": "PUT", "path": f"/crm/v3/property-validations/{_type_of(one)}/{one.column}/rule-type/{rule}",
        "body": {"ruleArguments": arguments, "shouldApplyNormalization": False},
    }  # fmt: skip


def _type_of(one: Control) -> str:
    return _OBJECT_TYPES.get(one.object.lower().removesuffix("s"), one.object)
