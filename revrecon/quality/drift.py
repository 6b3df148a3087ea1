"""Drift: how far a copy's values are from the canonical ones, after standard form and tolerance."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from revrecon.canonical.conversion import currency_column
from revrecon.canonical.converted import at_its_day
from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.former import Former
from revrecon.canonical.standard_forms import standardised
from revrecon.canonical.survivorship import kept_of, rows_beside
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


def differences(
    entity_map: EntityMap, world: World, entity_name: str, copy_name: str, only_wrong: bool = False
) -> pl.DataFrame:
    """Every compared field of every canonical record that the copy holds or should hold (DIFFERENCE_SCHEMA).

    Amounts in one currency are compared in it, others in the company's at the rates of the world's day. `only_wrong`:
    only those with a cause, at the cost of what is wrong instead of what there is.
    """
    home, world = at_its_day(entity_map, world).entities[entity_name], world.given or world
    entity = entity_map.entities[entity_name]
    here = world.entities[entity_name]
    copy = here.copies[copy_name]
    fields = compared_fields(entity, copy_name)
    pairs = _expected_pairs(entity, copy, here.canonical, world)
    found = [_compared(entity, world, entity_name, copy, pairs, field, home, only_wrong) for field in fields]
    return _with_causes(pl.concat(found), here.former) if found else pl.DataFrame(schema=DIFFERENCE_SCHEMA)


@dataclass(frozen=True)
class _Pairs:
    """Canonical records, and for each of them the row of the copy's record; null where it has none."""

    canonical: pl.DataFrame
    kept: pl.DataFrame
    rows: pl.Series

    def own(self, *columns: str) -> pl.DataFrame:
        """Columns of the copy's records in the order of the canonical ones."""
        return self.kept.select(pl.col(columns).gather(self.rows))

    def at(self, places: pl.Series) -> "_Pairs":
        """Some of the pairs."""
        return _Pairs(self.canonical[places], self.kept, self.rows[places])


def _expected_pairs(entity: Entity, copy: CopyRecords, canonical: pl.DataFrame, world: World) -> _Pairs:
    """Canonical records that the copy holds, or must hold by the map's `expected_when`, beside the copy's own."""
    kept, rows = kept_of(entity, copy), rows_beside(entity, copy, canonical)
    present = rows.is_not_null().alias("_present")
    wanted, rule = present, entity.replication[copy.copy].expected_when
    if rule is not None:
        lacking = ~present
        wanted = present.clone().scatter(lacking.arg_true(), is_expected(canonical.filter(lacking), rule, world.as_of))
    if wanted.all():
        return _Pairs(canonical.with_columns(present), kept, rows)
    return _Pairs(canonical.with_columns(present).filter(wanted), kept, rows.filter(wanted))


def is_expected(canonical: pl.DataFrame, rule: str, as_of: date) -> pl.Series:
    """Which of some canonical records a copy must hold, by the map's `expected_when`."""
    if canonical.is_empty():
        return pl.Series("expected", dtype=pl.Boolean)
    dated = canonical.with_columns(pl.lit(as_of).alias("as_of"))
    return evaluate(dated, {"expected": f"coalesce(({rule}), false)"})["expected"]


def _compared(
    entity: Entity, world: World, entity_name: str, copy: CopyRecords,
    pairs: _Pairs, field: str, home: EntityWorld, only_wrong: bool,
) -> pl.DataFrame:  # fmt: skip
    rule, tolerance = entity.fields[field], entity.reconciliation.compare[field]
    is_foreign = field in foreign_fields(entity)
    both = _with_standard_forms(pairs, field, rule)
    is_wrong = pl.col("_present") & pl.col("_want").is_not_null() & ~_equal(rule, tolerance)
    if only_wrong and not is_foreign:
        both = both.with_row_index("_place").filter(is_wrong)
        pairs = pairs.at(both["_place"])
    both = _with_clocks(both, pairs, field).with_columns(
        is_in_transit(entity.replication[copy.copy].freshness, world).alias("in_transit")
    )
    amount = (pl.col("_own") - pl.col(field)) if rule.type == "money" else pl.lit(None)
    if is_foreign:
        own = kept_of(entity, home.copies[copy.copy])
        both, amount = comparable(both, field, own, home.canonical), pl.col("_amount")
    state = (
        pl.when(~pl.col("_present")).then(pl.lit("absent"))
        .when(~is_wrong).then(pl.lit("equal"))
        .when(pl.col("_have").is_null()).then(pl.lit("null"))
        .otherwise(pl.lit("differs"))
    )  # fmt: skip
    both = both.with_columns(state.alias("state"), pl.lit(field).alias("field"))
    if only_wrong:
        both = both.filter(pl.col("state").is_in(["null", "differs"]))
    return _told(both, field, amount, rule.derived is not None or copy.copy == sources_of(entity, field)[0])


def _with_standard_forms(pairs: _Pairs, field: str, rule: FieldRule) -> pl.DataFrame:
    """What is wanted and what the copy has, as written and as compared."""
    sides = {"_present": pairs.canonical["_present"], field: pairs.canonical[field]}
    return pl.DataFrame({**sides, "_own": pairs.own(field)[field]}).with_columns(
        standardised(field, rule.standard).alias("_want"), standardised("_own", rule.standard).alias("_have")
    )


def _with_clocks(both: pl.DataFrame, pairs: _Pairs, field: str) -> pl.DataFrame:
    """Whose values they are, in which currency, and when each record last changed."""
    names = [name for name in ("_id", "_changed", currency_column(field)) if name in pairs.kept.columns]
    mine = pairs.own(*names).select(
        "_id", pl.col("_changed").alias("_own_changed"), currency_of_row(field, names).alias("_own_code")
    )
    code = currency_of_row(field, pairs.canonical.columns).alias("_code")
    theirs = pairs.canonical.select("canonical_id", "_changed", code)
    return pl.concat([theirs, mine, both.drop("_place", strict=False)], how="horizontal")


def _told(both: pl.DataFrame, field: str, amount: pl.Expr, is_source: bool) -> pl.DataFrame:
    """The rows as text, with what their causes follow from; a source of truth cannot be stale."""
    nothing = pl.lit(None, dtype=both.schema["_changed"])
    return both.select(
        "canonical_id", "_id", "field", "state", "in_transit",
        written(field, "_code").alias("expected"),
        written("_own", "_own_code").alias("observed"),
        pl.when(pl.col("state") == "differs").then(amount).cast(pl.Decimal(18, 2)).alias("amount"),
        "_changed", (nothing if is_source else pl.col("_own_changed")).alias("_own_changed"),
        (pl.lit(None, dtype=pl.String) if is_source else pl.col("_have").cast(pl.String)).alias("_text"),
    )  # fmt: skip


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


def _with_causes(rows: pl.DataFrame, former: Former) -> pl.DataFrame:
    """The rows with their causes: a value that the canonical field had before is stale (DIFFERENCE_SCHEMA)."""
    asked = rows.filter(pl.col("state") == "differs", pl.col("_text").is_not_null()).select("canonical_id", "field")
    known = former(asked).rename({"value": "_text"}).with_columns(pl.lit(True).alias("_was_true"))
    judged = rows.join(known, on=["canonical_id", "field", "_text"], how="left", maintain_order="left")
    since = pl.max_horizontal("_changed", "_own_changed").dt.date().alias("since")
    told = judged.with_columns(_cause().alias("cause"), since)
    return told.select(pl.col(name).cast(dtype) for name, dtype in DIFFERENCE_SCHEMA.items())


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
        return pl.repeat(None, records.height, dtype=pl.Decimal(18, 2), eager=True).alias("amount")
    known = records.with_columns(
        pl.lit(None, dtype=FIELD_TYPES[r.type]).alias(f) for f, r in entity.fields.items() if f not in records.columns
    )
    return evaluate(known, {"amount": rule})["amount"].cast(pl.Decimal(18, 2))
