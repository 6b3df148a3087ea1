"""What people call numbers, definitions and causes."""

from revrecon.entity_map.causes import CAUSES
from revrecon.entity_map.model import EntityMap
from revrecon.reports.formats import unit_of

CANONICAL = "Canonical"
_FAILED_CONDITION = "not: "  # how steps name the condition that a record fails


def number_title(entity_map: EntityMap, number: str, period: str = "") -> str:
    """`Pipeline`, `Revenue 2026Q3`."""
    known = entity_map.numbers.get(number)
    return f"{known.title if known else number} {period}".strip()


def definition_title(entity_map: EntityMap, number: str, definition: str) -> str:
    """`Canonical`, `Sales`, or `Sales (booked)` where a definition has more of a name than its department."""
    known = entity_map.numbers.get(number)
    if known is None or definition not in known.definitions:
        return definition
    if definition == known.canonical:
        return CANONICAL
    department = known.definitions[definition].department
    title = entity_map.departments[department].title if department in entity_map.departments else department
    rest = definition.removeprefix(department).strip("_").replace("_", " ")
    return f"{title} ({rest})" if rest else title


def definition_text(entity_map: EntityMap, number: str, definition: str) -> str:
    """The signed sentence of a definition."""
    known = entity_map.numbers.get(number)
    return known.definitions[definition].text if known and definition in known.definitions else ""


def cause_title(cause: str) -> str:
    """`Stale copy` for `quality.stale_copy`."""
    kind = cause.partition(".")[2] or cause
    return kind.replace("_", " ").capitalize()


def cause_text(cause: str) -> str:
    """What a cause says, in a sentence; nothing for one that is not in the list."""
    return CAUSES.get(cause, "")


def step_title(cause: str, detail: str) -> str:
    """`Wrong value: contract_value`, `Filter: outside “no renewal”` for a condition that the other side does not ask.

    A detail that begins with the cause's own words stands alone.
    """
    title = cause_title(cause)
    if detail.startswith(_FAILED_CONDITION):
        return f"{title}: outside “{detail.removeprefix(_FAILED_CONDITION)}”"
    if not detail:
        return title
    if detail.casefold().startswith(title.casefold()):
        return detail[:1].upper() + detail[1:]
    return f"{title}: {detail}"


def amount_unit(entity_map: EntityMap, entity: str) -> str:
    """The unit of an entity's amounts: that of the numbers made from it, money first; else the company's currency."""
    units = {
        number.unit
        for number in entity_map.numbers.values()
        if any(definition.entity == entity for definition in number.definitions.values())
    }
    in_money = {unit for unit in units if unit_of(unit).is_money}
    known = in_money or units
    return known.pop() if len(known) == 1 else entity_map.company.currency
