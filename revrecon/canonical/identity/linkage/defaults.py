"""Which fields of an entity are compared, and as what, where the map leaves it open."""

from dataclasses import dataclass

from revrecon.canonical.identity.linkage.kinds import Kind, Level
from revrecon.canonical.identity.linkage.kinds_of_names import swapped
from revrecon.canonical.identity.linkage.kinds_of_values import COPY
from revrecon.canonical.identity.linkage.registry import KINDS
from revrecon.entity_map.entities import Entity, FieldRule
from revrecon.entity_map.linkage import ComparisonKind, FieldComparison, Linkage

_BY_STANDARD: dict[str, ComparisonKind] = {
    "legal_name": "company_name",
    "email": "email",
    "domain": "domain",
    "phone": "phone",
    "postal_code": "postal_code",
    "country": "category",
    "code": "code",
}
_BY_NAME: tuple[tuple[tuple[str, ...], ComparisonKind], ...] = (
    (("first_name", "given_name", "forename", "firstname"), "first_name"),
    (("last_name", "surname", "family_name", "lastname"), "last_name"),
    (("email", "e_mail"), "email"),
    (("phone", "mobile", "telephone", "fax"), "phone"),
    (("domain", "website", "url"), "domain"),
    (("company", "organisation", "organization", "legal_name", "account_name", "vendor_name"), "company_name"),
    (("postal", "postcode", "post_code", "zip"), "postal_code"),
    (("street_number", "house_number", "number", "code", "sku", "isbn", "ean", "_id"), "code"),
    (("street", "address", "addr"), "street"),
    (("city", "town", "suburb"), "city"),
    (("name", "title", "description", "subject", "authors"), "words"),
)
_BY_TYPE: dict[str, ComparisonKind] = {
    "text": "category",
    "integer": "quantity",
    "decimal": "quantity",
    "money": "money",
    "date": "event_date",
    "timestamp": "event_date",
    "reference": "reference",
}


@dataclass(frozen=True)
class Comparison:
    """One compared field: its kind by name, the levels it can reach, and the fields that stand in where it is empty."""

    field: str
    kind_name: ComparisonKind
    kind: Kind
    levels: tuple[Level, ...]
    instead: tuple[str, ...]
    frequencies: bool


IN_ONE_COPY = Comparison("copy", "category", COPY, COPY.levels, (), False)
"""Compared wherever an entity has several copies."""


def linkage_of(entity: Entity) -> Linkage:
    """The entity's linkage settings, or the defaults."""
    return entity.reconciliation.linkage or Linkage()


def comparisons(entity: Entity) -> tuple[Comparison, ...]:
    """The fields that linkage compares, in the order of their names."""
    settings = linkage_of(entity)
    stand_ins = {name for given in settings.compare.values() for name in given.instead}
    kinds = {}
    for field, rule in entity.fields.items():
        given = settings.compare.get(field, FieldComparison())
        kind = given.kind or default_kind(entity, field, rule)
        if kind is not None and field not in settings.ignore and field not in stand_ins:
            kinds[field] = kind
    return tuple(_comparison(field, kinds, settings) for field in sorted(kinds))


def _comparison(field: str, kinds: dict[str, ComparisonKind], settings: Linkage) -> Comparison:
    given = settings.compare.get(field, FieldComparison())
    kind = KINDS[kinds[field]]
    firsts = [name for name, kind_name in kinds.items() if kind_name == "first_name"]
    lasts = [name for name, kind_name in kinds.items() if kind_name == "last_name"]
    levels = kind.levels
    if kinds[field] in ("first_name", "last_name") and len(firsts) == len(lasts) == 1:
        levels = swapped(levels, firsts[0], lasts[0])
    return Comparison(field, kinds[field], kind, levels, given.instead, kind.frequencies and given.term_frequency)


def default_kind(entity: Entity, field: str, rule: FieldRule) -> ComparisonKind | None:
    """How a field is compared by its standard form, its name and its type; None: it says nothing about identity.

    Left out are booleans, derived fields and the parent in a hierarchy (a parent is not the record).
    """
    parent = entity.hierarchy.parent_field if entity.hierarchy else None
    if rule.type == "boolean" or rule.derived or field == parent:
        return None
    if rule.standard in _BY_STANDARD:
        return _BY_STANDARD[rule.standard]
    if rule.type in ("date", "timestamp") and ("birth" in field or "dob" in field):
        return "birth_date"
    if rule.type != "text":
        return _BY_TYPE[rule.type]
    if rule.allowed:
        return "category"
    named = next((kind for parts, kind in _BY_NAME if any(part in field.lower() for part in parts)), None)
    return named or _BY_TYPE["text"]
