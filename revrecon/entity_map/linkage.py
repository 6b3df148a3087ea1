"""Question 6, probabilistic linkage: what is compared and how, where pairs are looked for, and what happens to them."""

from typing import Any, Literal

from revrecon.entity_map.parts import Name, Part, Share

ComparisonKind = Literal[
    "company_name", "first_name", "last_name", "full_name", "words", "code", "domain", "email", "phone", "street",
    "city", "postal_code", "category", "birth_date", "event_date", "money", "quantity", "reference",
]  # fmt: skip
"""How two values of a field are compared; docs/identity.md says what each looks at."""


def _kind_shorthand(value: Any) -> Any:
    return {"as": value} if isinstance(value, str) else value


def _rule_shorthand(value: Any) -> Any:
    return {"on": value} if isinstance(value, list | tuple) else value


class Linkage(Part):
    """Probabilistic linkage of an entity, after cross-references and exact keys; empty is good."""

    automatic: Share = 0.99
    review: Share = 0.5
    without: tuple[Name, ...] = ()
