"""The map's field and record rules as pandera schemas; every failure becomes a finding on its record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from revrecon.canonical.copies import CopyRecords
from revrecon.entity_map.entities import Entity, FieldRule, RecordRule
from revrecon.entity_map.formulas import FIELD_TYPES, evaluate
from revrecon.findings import as_findings, no_findings
from revrecon.quality.scale import scaled_fields


@dataclass(frozen=True)
class Rule:
    """One rule on one copy: its name, the field it guards (none for a record rule) and what a failure is called."""

    name: str
    field: str | None
    cause: str
    text: str


def rules_of(entity: Entity, copy_name: str) -> list[Rule]:
    """Every rule that the map sets on a copy, in the map's order."""
    fields = entity.replication[copy_name].fields
    found = [rule for field in fields for rule, _ in _field_rules(entity, copy_name, field, entity.fields[field])]
    unreadable = [
        Rule(
            f"{field}_is_readable",
            field,
            "quality.invalid_format",
            f"{field} can be read as {entity.fields[field].type}",
        )
        for field in fields
        if entity.fields[field].type not in ("text", "reference")
    ]
    pointing = [
        Rule(f"{field}_exists", field, "quality.orphan", f"{field} points to a record that exists")
        for field in fields
        if entity.fields[field].type == "reference"
    ]
    scaled = [
        Rule(f"{field}_scale", field, "quality.wrong_value", f"{field} is written in its own unit")
        for field in scaled_fields(entity, copy_name)
    ]
    whole = [Rule(name, rule.field, "quality.rule", rule.text) for name, rule in _record_rules(entity, copy_name)]
    return [*found, *unreadable, *pointing, *scaled, *whole]


def _record_rules(entity: Entity, copy_name: str) -> list[tuple[str, RecordRule]]:
    return [(n, r) for n, r in entity.quality.rules.items() if not r.copies or copy_name in r.copies]


def is_required(rule: FieldRule, copy_name: str) -> bool:
    """Whether a field must be filled in a copy."""
    return rule.required or copy_name in rule.required_in


def _field_rules(entity: Entity, copy_name: str, field: str, rule: FieldRule) -> Iterator[tuple[Rule, pa.Check | None]]:
    if is_required(rule, copy_name):
        yield Rule(f"{field}_is_present", field, "quality.missing_field", f"{field} is filled"), None
    if rule.allowed:
        text = f"{field} is one of {', '.join(rule.allowed)}"
        yield Rule(f"{field}_is_allowed", field, "quality.invalid_format", text), pa.Check.isin(list(rule.allowed))
    if rule.pattern:
        text = f"{field} looks like {rule.pattern}"
        yield Rule(f"{field}_has_its_form", field, "quality.invalid_format", text), pa.Check.str_contains(rule.pattern)
    if rule.at_least is not None:
        text = f"{field} is at least {rule.at_least:g}"
        yield Rule(f"{field}_is_large_enough", field, "quality.wrong_value", text), pa.Check.ge(rule.at_least)
    if rule.at_most is not None:
        text = f"{field} is at most {rule.at_most:g}"
        yield Rule(f"{field}_is_small_enough", field, "quality.wrong_value", text), pa.Check.le(rule.at_most)
    if rule.unique:
        yield Rule(f"{field}_is_unique", field, "quality.duplicate", f"{field} occurs once"), None


def unique_fields(entity: Entity, copy_name: str) -> list[str]:
    """The fields of a copy that no two records may share a value of."""
    return [field for field in entity.replication[copy_name].fields if entity.fields[field].unique]


def suspects(entity: Entity, copy_name: str, live: pl.DataFrame) -> pl.DataFrame:
    """The records and fields that may break a rule by themselves (`_id` and the fields), by plain expressions.

    Most values keep every rule; only these are handed to pandera, which tells every single failure.
    """
    asked = {
        field: pl.any_horizontal(*suspicions).fill_null(False)
        for field in entity.replication[copy_name].fields
        if (suspicions := list(_suspicions(entity, copy_name, field, live)))
    }
    return _doubtful(live, asked)


def sharers(entity: Entity, copy_name: str, live: pl.DataFrame) -> pl.DataFrame:
    """The records and fields of a copy whose value stands in another record too and must not (`_id` and the fields)."""
    return _doubtful(live, {field: pl.col(field).is_duplicated() for field in unique_fields(entity, copy_name)})


def _doubtful(live: pl.DataFrame, asked: Mapping[str, pl.Expr]) -> pl.DataFrame:
    doubts = live.select(pl.repeat(False, pl.len()).alias("_id"), **asked)
    fields = [field for field in asked if doubts[field].any()]
    return live.select("_id", *fields).filter(doubts.select(pl.any_horizontal(pl.all())).to_series())


def _suspicions(entity: Entity, copy_name: str, field: str, live: pl.DataFrame) -> Iterator[pl.Expr]:
    """Per rule on a field: where a value does not keep it, or where that cannot be told."""
    rule, value = entity.fields[field], pl.col(field)
    if live.schema[field] != FIELD_TYPES[rule.type]:
        yield pl.lit(True)
    if is_required(rule, copy_name):
        yield value.is_null()
    if rule.allowed:
        yield ~value.is_in(list(rule.allowed))
    if rule.pattern:
        yield ~value.str.contains(rule.pattern)
    if rule.at_least is not None:
        yield ~(value >= rule.at_least)
    if rule.at_most is not None:
        yield ~(value <= rule.at_most)


def schema_of(entity: Entity, copy_name: str, only: Sequence[str] | None = None) -> pa.DataFrameSchema:
    """The pandera schema of what a record shows by itself: types, presence, allowed values, ranges and patterns.

    `only`: of these fields.
    """
    columns = {}
    for field in entity.replication[copy_name].fields if only is None else only:
        rule = entity.fields[field]
        checks = []
        for named, check in _field_rules(entity, copy_name, field, rule):
            if check is not None:
                check.name = check.error = named.name
                checks.append(check)
        columns[field] = pa.Column(FIELD_TYPES[rule.type], checks, nullable=not is_required(rule, copy_name))
    return pa.DataFrameSchema(columns, name=copy_name)


def schema_across(entity: Entity, copy_name: str, only: Sequence[str] | None = None) -> pa.DataFrameSchema:
    """The pandera schema of what only all records together show: that no two share a value. `only`: of these fields."""
    columns = {
        field: pa.Column(FIELD_TYPES[entity.fields[field].type], nullable=True, unique=True)
        for field in (unique_fields(entity, copy_name) if only is None else only)
    }
    return pa.DataFrameSchema(columns, name=copy_name)


def failures(entity: Entity, copy: CopyRecords) -> pl.DataFrame:
    """Findings for every value and record that breaks a rule by itself; what stands for nothing is not judged."""
    live = copy.records.filter(pl.col("_excluded").is_null())
    if live.is_empty():
        return no_findings()
    doubtful = suspects(entity, copy.copy, live)
    fields = _broken_fields(entity, copy, doubtful, schema_of(entity, copy.copy, doubtful.columns[1:]))
    return _found(copy, [fields, _broken_records(entity, copy, live), _unreadable(copy), _dangling(entity, copy, live)])


def repeated(entity: Entity, copy: CopyRecords) -> pl.DataFrame:
    """Findings for every record that shares a value that must be unique; what stands for nothing is not judged."""
    live = copy.records.filter(pl.col("_excluded").is_null())
    if live.is_empty() or not unique_fields(entity, copy.copy):
        return no_findings()
    shared = sharers(entity, copy.copy, live)
    return _found(copy, [_broken_fields(entity, copy, shared, schema_across(entity, copy.copy, shared.columns[1:]))])


def _found(copy: CopyRecords, judged: Sequence[pl.DataFrame]) -> pl.DataFrame:
    broken = [frame for frame in judged if not frame.is_empty()]
    if not broken:
        return no_findings()
    rows = pl.concat(broken, how="diagonal_relaxed")
    known = copy.records.select(
        "_id", pl.col("_changed").dt.date().alias("since"),
        *(["canonical_id"] if "canonical_id" in copy.records.columns else []),
    ).unique("_id")  # fmt: skip
    named = rows.join(known, on="_id", how="left").rename({"_id": "record_id"})
    return as_findings(
        named.with_columns(
            pl.lit(copy.entity).alias("entity"), pl.lit(copy.copy).alias("copy"),
            pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object"),
        )
    )  # fmt: skip


def _broken_fields(
    entity: Entity, copy: CopyRecords, doubtful: pl.DataFrame, schema: pa.DataFrameSchema
) -> pl.DataFrame:
    causes = {rule.name: rule for rule in rules_of(entity, copy.copy)}
    if doubtful.is_empty():
        return pl.DataFrame()
    try:
        schema.validate(doubtful, lazy=True)
        return pl.DataFrame()
    except SchemaErrors as errors:
        cases: pl.DataFrame = errors.failure_cases
    cases = cases.filter(pl.col("index").is_not_null()).with_columns(
        pl.when(pl.col("check") == "not_nullable").then(pl.format("{}_is_present", "column"))
        .when(pl.col("check") == "field_uniqueness").then(pl.format("{}_is_unique", "column"))
        .otherwise("check").alias("rule")
    )  # fmt: skip
    cases = cases.filter(~((pl.col("rule").str.ends_with("_is_unique")) & (pl.col("failure_case") == "null")))
    expected = {name: rule.text for name, rule in causes.items()}
    return cases.select(
        doubtful["_id"].gather(cases["index"]).alias("_id"),
        "rule",
        pl.col("column").alias("field"),
        pl.col("rule").replace_strict({n: r.cause for n, r in causes.items()}, default="quality.rule").alias("cause"),
        pl.col("rule").replace_strict(expected, default=None).alias("expected"),
        pl.when(pl.col("failure_case") != "null").then("failure_case").alias("observed"),
    )


def _broken_records(entity: Entity, copy: CopyRecords, live: pl.DataFrame) -> pl.DataFrame:
    found = []
    for name, rule in _record_rules(entity, copy.copy):
        known = live.with_columns(
            pl.lit(None, dtype=FIELD_TYPES[r.type]).alias(f) for f, r in entity.fields.items() if f not in live.columns
        )
        kept = evaluate(known, {"kept": f"coalesce(({rule.must_hold}), true)"})["kept"]
        broken = known.filter(~kept)
        if broken.is_empty():
            continue
        amount = (
            evaluate(broken, {"amount": rule.amount})["amount"] if rule.amount else pl.Series([None] * broken.height)
        )
        found.append(
            broken.select(
                "_id", pl.lit(name).alias("rule"), pl.lit(rule.field, dtype=pl.String).alias("field"),
                pl.lit("quality.rule").alias("cause"), pl.lit(rule.text).alias("expected"),
                amount.cast(pl.Decimal(18, 2)).alias("amount"),
            )
        )  # fmt: skip
    return pl.concat(found) if found else pl.DataFrame()


def _unreadable(copy: CopyRecords) -> pl.DataFrame:
    return copy.unreadable.select(
        "_id", pl.format("{}_is_readable", "field").alias("rule"), "field",
        pl.lit("quality.invalid_format").alias("cause"), "observed",
    )  # fmt: skip


def _dangling(entity: Entity, copy: CopyRecords, live: pl.DataFrame) -> pl.DataFrame:
    """References to records that are not there; a parent that is not there is judged with the hierarchy."""
    parent = entity.hierarchy.parent_field if entity.hierarchy else None
    found = []
    for field in entity.replication[copy.copy].fields:
        if entity.fields[field].type != "reference" or field == parent:
            continue
        lost = live.filter(pl.col(f"{field}__key").is_not_null() & pl.col(field).is_null())
        found.append(
            lost.select(
                "_id", pl.lit(f"{field}_exists").alias("rule"), pl.lit(field).alias("field"),
                pl.lit("quality.orphan").alias("cause"), pl.col(f"{field}__key").alias("observed"),
            )
        )  # fmt: skip
    return pl.concat(found) if found else pl.DataFrame()
