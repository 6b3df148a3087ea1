"""A bridge from one day to another: the same definition on what was known at the end of both days."""

from datetime import date

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition
from revrecon.numbers.as_of_pieces import rates_apart, with_rates_of
from revrecon.numbers.attribution import PIECE_SCHEMA
from revrecon.numbers.between import Between, Spot, spot_named, total
from revrecon.numbers.items import named_items, steps_of
from revrecon.numbers.lens import Lens, contribution
from revrecon.numbers.lens_space import ends_of
from revrecon.numbers.lenses import Formula, canonical_formula, dated, included, own_formula, own_unit
from revrecon.numbers.moments import Period
from revrecon.numbers.placing import own_records
from revrecon.numbers.walk import moved
from revrecon.numbers.worlds import WorldOn


def bridge_since(
    entity_map: EntityMap, number_name: str, name: str, days: tuple[date, date], period: Period, world_on: WorldOn
) -> Between:
    """The bridge of one lens of a number from the later day's figure back to the earlier day's.

    `days`: the earlier and the later. Every record is new, gone, newly counted or no longer (with the condition that
    says so), or has another value. Raises NoSuchLens and NotKnown.
    """
    number = entity_map.numbers[number_name]
    spot = spot_named(number, name)
    then, now = (_lens_on(entity_map, number_name, spot, day, world_on) for day in days)
    before, after = (contribution(entity_map, lens, period) for lens in (then, now))
    at_then_rates = with_rates_of(entity_map, now, then.moment, period) if _rates_differ(then, now) else after
    rows = moved(at_then_rates, before)
    pieces = _told(rows, _seen(then, period), _seen(now, period))
    pieces = pl.concat([pieces, _rates_told(moved(after, at_then_rates), then, now)])
    named = (number_name, period.name, f"{name} since {days[0]}")
    items = named_items(entity_map, named, now.moment, _records_of(now), pieces)
    return Between(
        number_name, period.name, number.unit, f"{name} on {days[1]}", f"{name} on {days[0]}", total(after),
        total(before), steps_of(items), items, None,
    )  # fmt: skip


def _rates_differ(then: Lens, now: Lens) -> bool:
    return then.moment.conversion != now.moment.conversion


def _rates_told(rows: pl.DataFrame, then: Lens, now: Lens) -> pl.DataFrame:
    """What moved only because the rates are those of another day (PIECE_SCHEMA)."""
    told = rows.with_columns(
        pl.lit("timing.exchange_rate").alias("cause"), pl.lit(rates_apart(now.moment, then.moment)).alias("detail")
    )
    named = told.with_columns(pl.col("records_before").alias("own_records"))
    return named.select(pl.col(column).cast(dtype) for column, dtype in PIECE_SCHEMA.items())


def _lens_on(entity_map: EntityMap, number_name: str, spot: Spot, day: date, world_on: WorldOn) -> Lens:
    number = entity_map.numbers[number_name]
    mine, canonical = spot.of(number), number.definitions[number.canonical]
    return ends_of(entity_map, mine, canonical, day, world_on).lens(spot.corner)


def _records_of(lens: Lens) -> Definition:
    """The definition whose copy the counted records are of; without one where they are canonical."""
    return lens.department if _is_own(lens) else lens.department.model_copy(update={"copy_name": None})


def _is_own(lens: Lens) -> bool:
    return lens.data != "canonical" and lens.department.copy_name is not None and lens.definition == lens.department


_SEEN = {"unit_id": pl.String(), "failed": pl.String()}
"""A record that was there, and the first condition that it did not meet; null where it was counted."""


def _seen(lens: Lens, period: Period) -> pl.DataFrame | None:
    """Every record that the lens could count; None where units are roots, whose records come and go by themselves."""
    formula: Formula = own_formula(lens.definition) if _is_own(lens) else canonical_formula(lens.definition)
    if formula.measure.count_roots is not None:
        return None
    records, unit = _looked_at(lens)
    met = included(dated(records, lens.moment.as_of, period), formula)
    failed = pl.coalesce(pl.when(~pl.col(name)).then(pl.lit(name)) for name in met.columns)
    found = pl.DataFrame({"unit_id": records.select(unit).to_series(), "failed": met.select(failed).to_series()}, _SEEN)
    return found.sort("unit_id", "failed", nulls_last=False).unique("unit_id", keep="first", maintain_order=True)


def _looked_at(lens: Lens) -> tuple[pl.DataFrame, pl.Expr]:
    if _is_own(lens):
        copy = str(lens.department.copy_name)
        return own_records(lens.moment, lens.department.entity, copy), own_unit(copy).alias("unit_id")
    world: World = lens.moment
    return world.entities[lens.definition.entity].canonical, pl.col("canonical_id").alias("unit_id")


def _told(rows: pl.DataFrame, then: pl.DataFrame | None, now: pl.DataFrame | None) -> pl.DataFrame:
    """Moved units with what happened to them (PIECE_SCHEMA): all of it is time."""
    nothing = pl.DataFrame(schema=_SEEN)
    for seen, suffix in ((then, "then"), (now, "now")):
        facts = (nothing if seen is None else seen).select(
            "unit_id", pl.col("failed").alias(f"_failed_{suffix}"), pl.lit(True).alias(f"_there_{suffix}")
        )
        rows = rows.join(facts, on="unit_id", how="left", maintain_order="left")
    known = pl.lit(then is not None)
    came, went = pl.col("before") != 0, pl.col("after") != 0
    detail = (
        pl.when(came & went).then(pl.lit("another value"))
        .when(came & known & pl.col("_there_then").is_null()).then(pl.lit("new record"))
        .when(went & known & pl.col("_there_now").is_null()).then(pl.lit("gone record"))
        .when(came).then(pl.concat_str(pl.lit("newly counted"), _because("_failed_then", "then")))
        .otherwise(pl.concat_str(pl.lit("no longer counted"), _because("_failed_now", "now")))
    )  # fmt: skip
    told = rows.with_columns(
        pl.lit("timing.as_of").alias("cause"), detail.alias("detail"), pl.col("records_before").alias("own_records")
    )
    return told.select(pl.col(column).cast(dtype) for column, dtype in PIECE_SCHEMA.items())


def _because(failed: str, when: str) -> pl.Expr:
    told = pl.format(f", {when} not: {{}}", failed)
    return pl.when(pl.col(failed).is_not_null()).then(told).otherwise(pl.lit(""))
