"""The chapter of currencies: dated rates to the company's currency, and which fields they are needed for."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from revrecon.entity_map.currency import Code, Currency
from revrecon.entity_map.entities import Copy, Entity, Mapped
from revrecon.entity_map.parts import Duration, Name, Part

DECIMALS = 10
"""Rates are held with so many decimals, so that the product with an amount in cents is exact."""


class Rate(Part):
    """From a day on, what one unit of a currency is worth in the company's."""

    on: date
    currency: Code
    rate: Decimal


class ReceivedRates(Part):
    """Rates that come in as an object of a system: which columns hold the day, the currency and the rate.

    The rate is what one unit of the currency is worth in the company's; `{sql: ...}` works out what is written
    otherwise. `freshness`: how long the system may say nothing (banks have weekends).
    """

    system: Name
    object: str
    date: Mapped
    currency: Mapped
    rate: Mapped
    freshness: Duration = timedelta(days=4)


class Currencies(Part):
    """Rates to the company's currency: written here, received, or both; of one day and currency those here count."""

    rates: tuple[Rate, ...] = ()
    received: ReceivedRates | None = None


def currency_of(copy: Copy, field: str) -> Currency | None:
    """The currency that the map gives a field of a copy; None where it is the company's."""
    return copy.fields[field].currency or copy.currency


def foreign_fields(entity: Entity) -> tuple[str, ...]:
    """The money fields of an entity that any copy holds in a currency of its own, in the map's order."""
    return tuple(
        field
        for field, rule in entity.fields.items()
        if rule.type == "money"
        and any(field in copy.fields and currency_of(copy, field) for copy in entity.replication.values())
    )


def named_currencies(entity: Entity) -> Iterator[tuple[str, str | None, Currency]]:
    """Every currency that the copies of an entity name: the copy, the field (None for the whole copy), the currency."""
    for name, copy in entity.replication.items():
        if copy.currency is not None:
            yield name, None, copy.currency
        for field, mapping in copy.fields.items():
            if mapping.currency is not None:
                yield name, field, mapping.currency
