"""Salesforce: validation rules as metadata, one file per rule, to deploy with the Salesforce CLI.

A rule's formula is true where the record must be refused. References are lookups, and uniqueness is a setting of the
field itself, so neither is a validation rule.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from revrecon.quality.controls.wanted import Control

_STANDARD_PICKLISTS = frozenset(
    {"ForecastCategoryName", "Industry", "LeadSource", "Origin", "Ownership", "Priority", "Rating", "Salutation"}
    | {"StageName", "Status", "Type"}
)
_LONGEST_MESSAGE = 255
_LONGEST_NAME = 40


def salesforce_files(controls: Sequence[Control]) -> tuple[dict[str, str], list[Control]]:
    """`objects/OBJECT/validationRules/NAME.validationRule-meta.xml` by path, and what has no such form."""
    formulas = {one: _formula(one) for one in controls}
    files = {_path(one): _rule(one, formula) for one, formula in formulas.items() if formula}
    return files, [one for one, formula in formulas.items() if not formula]


def _path(one: Control) -> str:
    return f"objects/{one.object}/validationRules/{_name(one)}.validationRule-meta.xml"


def _name(one: Control) -> str:
    """A developer name: begins with a letter, no two underscores in a row, 40 letters at most."""
    return f"RR_{one.column}_{one.kind}".replace("__", "_").strip("_")[:_LONGEST_NAME].strip("_")


def _formula(one: Control) -> str:
    """When a record must be refused; nothing where a formula cannot say it."""
    value = f"TEXT({one.column})" if one.field_type == "text" and _is_picklist(one) else one.column
    match one.kind:
        case "required":
            return f"ISBLANK({value})"
        case "allowed":
            listed = ", ".join(f"{value} = {_text(word)}" for word in one.values)
            return f"AND(NOT(ISBLANK({value})), NOT(OR({listed})))"
        case "at_least":
            return f"{one.column} < {one.limit:g}"
        case "at_most":
            return f"{one.column} > {one.limit:g}"
        case "pattern":
            return f"AND(NOT(ISBLANK({value})), NOT(REGEX({value}, {_text(_whole(one.pattern))})))"
        case _:
            return ""


def _is_picklist(one: Control) -> bool:
    return one.column in _STANDARD_PICKLISTS or one.kind == "allowed"


def _whole(pattern: str) -> str:
    """Salesforce's REGEX matches the whole text; ours may stand anywhere in it."""
    begin = "" if pattern.startswith("^") else ".*"
    end = "" if pattern.endswith("$") else ".*"
    return begin + pattern.removeprefix("^").removesuffix("$") + end


def _text(value: str) -> str:
    """A text literal of a formula."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _rule(one: Control, formula: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ValidationRule xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        f"    <fullName>{escape(_name(one))}</fullName>\n"
        "    <active>true</active>\n"
        f"    <description>{escape(one.text[:_LONGEST_MESSAGE])}</description>\n"
        f"    <errorConditionFormula>{escape(formula)}</errorConditionFormula>\n"
        f"    <errorDisplayField>{escape(one.column)}</errorDisplayField>\n"
        f"    <errorMessage>{escape(one.text[:_LONGEST_MESSAGE])}</errorMessage>\n"
        "</ValidationRule>\n"
    )
