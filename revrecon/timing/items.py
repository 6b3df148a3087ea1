"""Timing items of bridges: by which day each will have left the bridge by itself."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from revrecon.canonical.survivorship import CANONICAL_COLUMNS
from revrecon.entity_map.company import Company
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import AsOf, Definition, Number
from revrecon.entity_map.parts import in_hours
from revrecon.numbers.frames import VALUE
from revrecon.numbers.moments import moment_of
from revrecon.numbers.worlds import WorldOn
from revrecon.quality.drift import no_overdue
from revrecon.timing.timeline import day_of

TIMING_ITEM_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "period": pl.String(),
    "definition": pl.String(),
    "cause": pl.String(),  # timing.in_transit, timing.as_of
    "unit_id": pl.String(),
    "label": pl.String(),
    "amount": VALUE,
    "expected_on": pl.Date(),  # the first day on which the department's figure will hold it
    "basis": pl.String(),
    "overdue_since": pl.Date(),  # from that day on timing was no excuse for the record in this copy; else null
}
"""One row per timing item of a day's bridges."""

_FURTHEST = 400  # days: over a year ahead nothing is expected


def timing_items(
    entity_map: EntityMap, as_of: date, items: pl.DataFrame, world_on: WorldOn,
    overdue: Mapping[tuple[str, str], pl.DataFrame],
) -> pl.DataFrame:  # fmt: skip
    """The timing items (TIMING_ITEM_SCHEMA) of a day's bridge items (ITEM_SCHEMA), the soonest first.

    An item in transit clears when the copy's freshness limit is over, an item of another as-of when the department's
    moment reaches the record's last change; both show in the figure once its moment gets there. `overdue` holds per
    entity and copy what should have cleared (OVERDUE_SCHEMA).
    """
    found = [pl.DataFrame(schema=TIMING_ITEM_SCHEMA)]
    timed = items.filter(pl.col("cause").is_in(["timing.in_transit", "timing.as_of"]))
    for (number, definition, cause), rows in timed.group_by("number", "definition", "cause", maintain_order=True):
        answers = entity_map.numbers[str(number)]
        mine = answers.definitions[str(definition)]
        told = _in_transit(entity_map, as_of, mine, rows, world_on) if cause == "timing.in_transit" else None
        told = _as_of(entity_map, as_of, answers, mine, rows, world_on) if told is None else told
        late = overdue.get((mine.entity, str(mine.copy_name)), no_overdue())
        unit = pl.col("canonical_id").alias("unit_id")
        since = late.group_by(unit).agg(pl.col("since").min().alias("overdue_since"))
        if cause != "timing.in_transit":
            since = since.clear()
        shaped = told.join(since, on="unit_id", how="left", maintain_order="left")
        found.append(shaped.select(pl.col(n).cast(dtype) for n, dtype in TIMING_ITEM_SCHEMA.items()))
    return pl.concat(found).sort("expected_on", "number", "period", "definition", "unit_id")


def _in_transit(
    entity_map: EntityMap, as_of: date, mine: Definition, rows: pl.DataFrame, world_on: WorldOn
) -> pl.DataFrame:
    limit = entity_map.entities[mine.entity].replication[str(mine.copy_name)].freshness or timedelta()
    moment = moment_of(mine.as_of, as_of, entity_map.company)
    last = moment + timedelta(days=1) + limit
    changed = _changed(world_on, mine.entity, moment)
    due = day_of(pl.col("_changed") + limit, entity_map.company.zone).fill_null(last)
    return _expected(entity_map.company, as_of, mine.as_of, rows, changed, due, f"freshness limit {in_hours(limit)}")


def _as_of(
    entity_map: EntityMap, as_of: date, number: Number, mine: Definition, rows: pl.DataFrame, world_on: WorldOn
) -> pl.DataFrame:
    """The department's own moment, or where it looks at the day itself, that of the definition it is compared with."""
    other = number.definitions[number.closing or number.canonical]
    behind = min((mine, other), key=lambda d: moment_of(d.as_of, as_of, entity_map.company))
    moment = moment_of(behind.as_of, as_of, entity_map.company)
    changed = _changed(world_on, mine.entity, as_of)
    day = day_of(pl.col("_changed"), entity_map.company.zone)
    due = pl.when((day > moment) & (day <= as_of)).then(day).otherwise(pl.lit(as_of))
    return _expected(entity_map.company, as_of, behind.as_of, rows, changed, due, "")


def _changed(world_on: WorldOn, entity: str, day: date) -> pl.DataFrame:
    columns = [pl.col(name).cast(CANONICAL_COLUMNS[name]) for name in ("canonical_id", "_changed")]
    return world_on(day).entities[entity].canonical.select(columns).rename({"canonical_id": "unit_id"})


def _expected(
    company: Company, as_of: date, rule: AsOf, rows: pl.DataFrame, changed: pl.DataFrame, due: pl.Expr, limit: str
) -> pl.DataFrame:
    dated = rows.join(changed, on="unit_id", how="left", maintain_order="left").with_columns(due.alias("_due"))
    days = {day: first_day_that_sees(company, rule, as_of, day) for day in dated["_due"].unique()}
    basis = "; ".join(part for part in (limit, _moment(rule)) if part)
    expected = pl.Series("expected_on", [days[day] for day in dated["_due"]], dtype=pl.Date)
    return dated.with_columns(expected, pl.lit(basis).alias("basis"))


def _moment(rule: AsOf) -> str:
    if rule.rule == "last_closed_month_end":
        return "when the month's books close"
    return f"with the figure's lag of {in_hours(rule.lag)}" if rule.rule == "lag" and rule.lag else ""


def first_day_that_sees(company: Company, rule: AsOf, as_of: date, target: date) -> date | None:
    """The first day after the one asked for on which a figure of this as-of rule sees a day; None over a year ahead."""
    days = (as_of + timedelta(days=ahead) for ahead in range(1, _FURTHEST))
    return next((day for day in days if moment_of(rule, day, company) >= target), None)
