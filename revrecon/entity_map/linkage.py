"""Question 6, probabilistic linkage: what is compared and how, where pairs are looked for, and what becomes of them."""

from typing import Annotated, Literal

from pydantic import Field

from revrecon.entity_map.parts import Name, Part, Share
from revrecon.entity_map.written import text_for

ComparisonKind = Literal[
    "company_name", "words", "first_name", "last_name", "domain", "email", "phone", "street", "city", "postal_code",
    "code", "category", "birth_date", "event_date", "money", "quantity", "reference",
]  # fmt: skip
"""How two values of a field are compared; docs/identity.md says what each looks at."""


class FieldComparison(Part):
    """How linkage compares one field: `as` which kind (left out: by the field's type, standard form and name).

    `or` names fields that stand in where this one is empty, such as an order's day for an opportunity's close.
    """

    kind: Annotated[ComparisonKind | None, Field(alias="as")] = None
    instead: Annotated[tuple[Name, ...], Field(alias="or")] = ()
    term_frequency: bool = True


class Linkage(Part):
    """Probabilistic linkage of an entity, after cross-references and exact keys. `linkage: {}` is already good.

    Every field that says something is compared; `compare` changes how, `ignore` leaves fields out. Pairs are looked
    for by keys of each kind; `block_on` adds fields whose equality is one more place to look. A pair at or above
    `automatic` is joined, one at or above `review` is shown to a steward.
    """

    compare: dict[Name, Annotated[FieldComparison, text_for("as", "The kind of comparison.")]] = {}
    ignore: tuple[Name, ...] = ()
    block_on: tuple[tuple[Name, ...], ...] = ()
    automatic: Share = 0.95
    review: Share = 0.5
