"""Agreed differences in words: what is accepted, how much of it is taken up, and what has come back."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from revrecon.entity_map.agreed import AgreedInCopy
from revrecon.entity_map.model import EntityMap
from revrecon.numbers.agreed import agreed_steps
from revrecon.reports.formats import compact, count
from revrecon.reports.titles import cause_title, step_title

SOON = timedelta(days=7)
"""How long before its end an agreement is told to end."""


def agreed_in_bridges(entity_map: EntityMap, steps: pl.DataFrame, as_of: date) -> list[str]:
    """A sentence for every agreement about the bridges whose steps these are (STEP_SCHEMA).

    `Agreed: filter +$5.79 M of $7.00 M until 2026-12-31 (Sam Lindqvist): ...`; `Over the cap: ...`, `Expired: ...`.
    """
    return [_bridge(entity_map, row, as_of) for row in agreed_steps(entity_map, steps, as_of).iter_rows(named=True)]


def _bridge(entity_map: EntityMap, row: dict[str, object], as_of: date) -> str:
    unit = entity_map.numbers[str(row["number"])].unit
    what = step_title(str(row["cause"]), str(row["detail"] or "")).lower()
    amount, cap = Decimal(str(row["amount"])), Decimal(str(row["cap"]))
    until = row["until"]
    assert isinstance(until, date)
    taken = f"{what} {compact(amount, unit, signed=True)} of {compact(cap, unit)}"
    return _told(entity_map, str(row["state"]), taken, until, as_of, str(row["owner"]), str(row["why"]))


def agreed_checks(entity_map: EntityMap, verdicts: pl.DataFrame, as_of: date) -> list[str]:
    """A sentence for every agreement about a check of a copy (VERDICT_SCHEMA), also where it covers it no longer."""
    told = []
    for name, one in entity_map.agreed_differences.items():
        if not isinstance(one, AgreedInCopy) or one.agreed_on > as_of:
            continue
        rows = verdicts.filter(entity=one.entity, copy=one.copy_name, cause=one.cause)
        row = rows.row(0, named=True) if rows.height else None
        used = Decimal(str(row["gross"] if row["gross"] is not None else row["records"])) if row else Decimal(0)
        unit = entity_map.company.currency if row is not None and row["gross"] is not None else "count"
        over = row is not None and row.get("agreed") != name and used > one.cap
        state = "expired" if as_of > one.until else "over the cap" if over else "agreed"
        title = entity_map.entities[one.entity].title
        size = f"{count(int(used))} of {one.cap:g}"
        if unit != "count":
            size = f"{compact(used, unit)} of {compact(one.cap, unit)}"
        taken = f"{title} in {one.copy_name}, {cause_title(one.cause).lower()}: {size}"
        told.append(_told(entity_map, state, taken, one.until, as_of, one.owner, one.why))
    return told


def _told(
    entity_map: EntityMap, state: str, taken: str, until: date, as_of: date, owner: str, why: str
) -> str:  # fmt: skip
    person = entity_map.people[owner].name if owner in entity_map.people else owner
    end = f"until {until}" if state != "expired" else f"ended on {until}, and counts again"
    soon = " It ends within a week." if state == "agreed" and as_of + SOON >= until else ""
    counts = ", and counts again" if state == "over the cap" else ""
    return f"{state.capitalize()}: {taken} {end}{counts} ({person}): {why.rstrip('.')}.{soon}"
