"""Drift: how far a copy's values are from the canonical ones, after standard form and tolerance."""

from datetime import timedelta

import polars as pl

from revrecon.canonical.converted import at_its_day
from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.standard_forms import standardised
from revrecon.canonical.survivorship import representatives
from revrecon.canonical.world import EntityWorld, World
from revrecon.entity_map.currencies import foreign_fields
from revrecon.entity_map.entities import Entity, FieldRule, Tolerance
from revrecon.entity_map.formulas import FIELD_TYPES, evaluate
from revrecon.entity_map.model import EntityMap
from revrecon.quality.currencies import comparable, currency_of_row, written

DIFFERENCE_SCHEMA: dict[str, pl.DataType] = {
    "canonical_id": pl.String(),
    "_id": pl.String(),  # the copy's record; null where it has none
    "field": pl.String(),
    "state": pl.String(),  # equal, differs, null, absent
    "in_transit": pl.Boolean(),  # the canonical record changed within the copy's freshness limit: not late yet
    "expected": pl.String(),
    "observed": pl.String(),
    "cause": pl.String(),  # quality.stale_copy, quality.wrong_value, quality.missing_field; null when equal or absent
    "amount": pl.Decimal(18, 2),  # observed less expected, for fields of money
    "since": pl.Date(),
}
"""One row per canonical record and compared field of a copy."""

OVERDUE_SCHEMA: dict[str, pl.DataType] = {
    "canonical_id": pl.String(),
    "field": pl.String(),  # empty for a record that is missing
    "since": pl.Date(),  # the day from which timing was no excuse
    "expected_on": pl.Date(),  # the day by which it should have cleared; null where it was never called timing
}
"""One row per difference of a copy that timing does not excuse, however lately the record changed."""

NUMERIC = ("money", "decimal", "integer")


def is_in_transit(copy_freshness: timedelta | None, world: World) -> pl.Expr:
    """Whether a canonical record's last change is younger than a copy's freshness limit."""
    if copy_freshness is None:
        return pl.lit(False)
    return (pl.col("_changed") > world.moment - copy_freshness).fill_null(False)


def no_overdue() -> pl.DataFrame:
    """Nothing that should have cleared."""
    return pl.DataFrame(schema=OVERDUE_SCHEMA)


def with_due(rows: pl.DataFrame, overdue: pl.DataFrame, field: str | None = None) -> pl.DataFrame:
    """Rows by canonical id and field (the column, or the one named) with what is overdue of them.

    Adds `_overdue` (Boolean), `_overdue_since` and, where it was called timing once, `why` in a sentence.
    """
    named = rows.with_columns((pl.col("field") if field is None else pl.lit(field)).alias("_field"))
    why = pl.format("was timing, expected to clear on {}", "expected_on").alias("why")
    late = overdue.select("canonical_id", pl.col("field").alias("_field"), pl.col("since").alias("_overdue_since"), why)
    found = named.join(late, on=["canonical_id", "_field"], how="left", maintain_order="left").drop("_field")
    return found.with_columns(pl.col("_overdue_since").is_not_null().alias("_overdue"))


def compared_fields(entity: Entity, copy_name: str) -> list[str]:
    """The fields that the map compares and that the copy holds."""
    return [f for f in entity.reconciliation.compare if f in entity.replication[copy_name].fields]


def differences(entity_map: EntityMap, world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """Every compared field of every canonical record that the copy holds or should hold (DIFFERENCE_SCHEMA).

    Amounts in one currency are compared in it, others in the company's at the rates of the world's day.
    """
    home, world = at_its_day(entity_map, world).entities[entity_name], world.given or world
    entity = entity_map.entities[entity_name]
    here = world.entities[entity_name]
    copy = here.copies[copy_name]
    kept = representatives(entity, copy_name, copy.records)
    canonical = _expected_here(entity, copy_name, here.canonical, kept, world)
    fields = compared_fields(entity, copy_name)
    found = [_compared(entity, world, entity_name, copy, canonical, kept, field, home) for field in fields]
    return pl.concat([pl.DataFrame(schema=DIFFERENCE_SCHEMA), *found])


def _expected_here(
    entity: Entity, copy_name: str, canonical: pl.DataFrame, kept: pl.DataFrame, world: World
) -> pl.DataFrame:
    """Canonical records that the copy holds, or must hold by the map's `expected_when`."""
    present = canonical.with_columns(pl.col("canonical_id").is_in(kept["canonical_id"].implode()).alias("_present"))
    rule = entity.replication[copy_name].expected_when
    if rule is None or present.is_empty():
        return present.filter("_present")
    expected = evaluate(present.with_columns(pl.lit(world.as_of).alias("as_of")), {"e": f"coalesce(({rule}), false)"})[
        "e"
    ]
    return present.filter(expected | pl.col("_present"))


def _compared(
    entity: Entity, world: World, entity_name: str, copy: CopyRecords,
    canonical: pl.DataFrame, kept: pl.DataFrame, field: str, home: EntityWorld,
) -> pl.DataFrame:  # fmt: skip
    rule, tolerance = entity.fields[field], entity.reconciliation.compare[field]
    codes = [currency_of_row(field, frame.columns) for frame in (canonical, kept)]
    mine = kept.select(
        "canonical_id", "_id", pl.col(field).alias("_own"), pl.col("_changed").alias("_own_changed"),
        codes[1].alias("_own_code"),
    )  # fmt: skip
    both = canonical.select(
        "canonical_id", "_changed", "_present", field, f"{field}__from", codes[0].alias("_code")
    ).join(mine, on="canonical_id", how="left", maintain_order="left")
    both = both.with_columns(
        standardised(field, rule.standard).alias("_want"),
        standardised("_own", rule.standard).alias("_have"),
        is_in_transit(entity.replication[copy.copy].freshness, world).alias("in_transit"),
    )
    amount = (pl.col("_own") - pl.col(field)) if rule.type == "money" else pl.lit(None)
    if field in foreign_fields(entity):
        own = representatives(entity, copy.copy, home.copies[copy.copy].records)
        both, amount = comparable(both, field, own, home.canonical), pl.col("_amount")
    state = (
        pl.when(~pl.col("_present")).then(pl.lit("absent"))
        .when(_equal(rule, tolerance)).then(pl.lit("equal"))
        .when(pl.col("_want").is_null()).then(pl.lit("equal"))
        .when(pl.col("_have").is_null()).then(pl.lit("null"))
        .otherwise(pl.lit("differs"))
    )  # fmt: skip
    both = both.with_columns(state.alias("state"), pl.lit(field).alias("field"))
    both = _with_former(
        both, world, entity_name, field, is_source=rule.derived is not None or copy.copy == sources_of(entity, field)[0]
    )
    return both.select(
        "canonical_id", "_id", "field", "state", "in_transit",
        written(field, "_code").alias("expected"),
        written("_own", "_own_code").alias("observed"),
        _cause().alias("cause"),
        pl.when(pl.col("state") == "differs").then(amount).cast(pl.Decimal(18, 2)).alias("amount"),
        pl.max_horizontal("_changed", "_own_changed").dt.date().alias("since"),
    ).cast(pl.Schema(DIFFERENCE_SCHEMA))  # fmt: skip


def _equal(rule: FieldRule, tolerance: Tolerance) -> pl.Expr:
    same = pl.col("_want").eq_missing(pl.col("_have"))
    if rule.type not in NUMERIC or (tolerance.absolute == 0 and tolerance.relative == 0):
        return same
    want, have = pl.col("_want").cast(pl.Float64), pl.col("_have").cast(pl.Float64)
    allowed = pl.max_horizontal(pl.lit(tolerance.absolute), want.abs() * tolerance.relative)
    return same | ((want - have).abs() <= allowed).fill_null(False)


def sources_of(entity: Entity, field: str) -> tuple[str, ...]:
    """The copies that a field's canonical value comes from."""
    return tuple(t.copy_name for t in entity.fields[field].source_of_truth) or entity.canonical_system


def _with_former(both: pl.DataFrame, world: World, entity_name: str, field: str, is_source: bool) -> pl.DataFrame:
    """Mark rows whose own value is one that the canonical field had before; a source of truth cannot be stale."""
    if is_source:
        return both.with_columns(
            pl.lit(False).alias("_was_true"), pl.lit(None, dtype=both.schema["_changed"]).alias("_own_changed")
        )
    former = world.entities[entity_name].former.filter(pl.col("field") == field)
    former = former.select("canonical_id", pl.col("value").alias("_text"), pl.lit(True).alias("_was_true")).unique()
    both = both.with_columns(pl.col("_have").cast(pl.String).alias("_text"))
    return both.join(former, on=["canonical_id", "_text"], how="left", maintain_order="left")


def _cause() -> pl.Expr:
    older = (pl.col("_own_changed") < pl.col("_changed")).fill_null(False)
    was_true = pl.col("_was_true").fill_null(False)
    return (
        pl.when(pl.col("state") == "null").then(pl.lit("quality.missing_field"))
        .when(pl.col("state") != "differs").then(None)
        .when(was_true | older).then(pl.lit("quality.stale_copy"))
        .otherwise(pl.lit("quality.wrong_value"))
    )  # fmt: skip


def money_at_stake(entity: Entity, records: pl.DataFrame) -> pl.Series:
    """What each record is worth, in money, by the map's `reconciliation.amount`; null where the map says nothing."""
    rule = entity.reconciliation.amount
    if rule is None or records.is_empty():
        return pl.Series("amount", [None] * records.height, dtype=pl.Decimal(18, 2))
    known = records.with_columns(
        pl.lit(None, dtype=FIELD_TYPES[r.type]).alias(f) for f, r in entity.fields.items() if f not in records.columns
    )
    return evaluate(known, {"amount": rule})["amount"].cast(pl.Decimal(18, 2))
