"""Agreed differences of bridges: which part of a department's difference is accepted, and which has come back."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from revrecon.entity_map.agreed import AgreedInBridge
from revrecon.entity_map.model import EntityMap
from revrecon.numbers.frames import VALUE

AGREED_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "period": pl.String(),
    "definition": pl.String(),
    "cause": pl.String(),
    "detail": pl.String(),  # null: every detail of the cause
    "agreement": pl.String(),  # its name in the map
    "owner": pl.String(),
    "why": pl.String(),
    "amount": VALUE,  # what the cause moves in the bridge on the day, net
    "cap": VALUE,
    "until": pl.Date(),
    "state": pl.String(),  # agreed, over the cap, or expired
}
"""One row per agreement and bridge that it is about."""


def agreed_steps(entity_map: EntityMap, steps: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What is agreed of a day's bridges (STEP_SCHEMA in, AGREED_SCHEMA out), also what was and has come back.

    A bridge's figures stay as they are: an agreement says of an amount that it is accepted, never that it is not there.
    """
    rows = [
        row
        for name, one in entity_map.agreed_differences.items()
        if isinstance(one, AgreedInBridge) and one.agreed_on <= as_of
        for row in _rows(name, one, steps, as_of)
    ]
    return pl.DataFrame(rows, schema=AGREED_SCHEMA)


def _rows(name: str, one: AgreedInBridge, steps: pl.DataFrame, as_of: date) -> Iterator[dict[str, object]]:
    about = (pl.col("number") == one.number) & (pl.col("definition") == one.definition)
    exactly = pl.lit(True) if one.detail is None else pl.col("detail") == one.detail
    mine = pl.col("amount").filter((pl.col("cause") == one.cause) & exactly).sum()
    for period, amount in steps.filter(about).group_by("period", maintain_order=True).agg(mine).iter_rows():
        over = abs(amount) > one.cap
        yield {
            "number": one.number, "period": period, "definition": one.definition, "cause": one.cause,
            "detail": one.detail, "agreement": name, "owner": one.owner, "why": one.why, "amount": amount,
            "cap": one.cap, "until": one.until,
            "state": "expired" if as_of > one.until else "over the cap" if over else "agreed",
        }  # fmt: skip
