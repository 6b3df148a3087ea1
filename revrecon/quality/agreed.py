"""Agreed differences of copies: a check that would warn or breach passes while its agreement stands and covers it."""

from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.entity_map.agreed import AgreedInCopy
from revrecon.entity_map.model import EntityMap

OPEN = ("warn", "breach")
"""The verdicts that an agreement can set aside."""


def covering(
    entity_map: EntityMap, entity: str, copy: str, cause: str, day: date, findings: pl.DataFrame
) -> str | None:  # fmt: skip
    """The agreement by which the findings of a cause in a copy are accepted on a day; None where there is none, where
    it has ended, or where they are more than was agreed."""
    place = (entity, copy, cause)
    for name, one in entity_map.agreed_differences.items():
        about = isinstance(one, AgreedInCopy) and (one.entity, one.copy_name, one.cause) == place
        if about and one.stands_on(day) and taken_up(findings) <= one.cap:
            return name
    return None


def taken_up(findings: pl.DataFrame) -> Decimal:
    """How much of a cap findings take up."""
    amounts = findings["amount"].drop_nulls()
    return Decimal(amounts.abs().sum()) if amounts.len() else Decimal(findings.height)
