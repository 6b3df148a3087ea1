"""The rules on the fields of a copy as pandera schemas, and what fails under them.

Loading pandera takes a second, for it brings pandas along: this module is imported where there is a doubtful value.
"""

from collections.abc import Callable, Sequence

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from revrecon.entity_map.entities import Entity
from revrecon.entity_map.formulas import FIELD_TYPES
from revrecon.quality.rules import Demand, Rule, field_rules, is_required, rules_of, unique_fields


def schema_of(entity: Entity, copy_name: str, only: Sequence[str] | None = None) -> pa.DataFrameSchema:
    """The pandera schema of what a record shows by itself: types, presence, allowed values, ranges and patterns.

    `only`: of these fields.
    """
    columns = {}
    for field in entity.replication[copy_name].fields if only is None else only:
        rule = entity.fields[field]
        asked = field_rules(entity, copy_name, field)
        checks = [_check(named, demand) for named, demand in asked if demand is not None]
        columns[field] = pa.Column(FIELD_TYPES[rule.type], checks, nullable=not is_required(rule, copy_name))
    return pa.DataFrameSchema(columns, name=copy_name)


def _check(rule: Rule, demand: Demand) -> pa.Check:
    make: Callable[[object], pa.Check] = getattr(pa.Check, demand.check)
    check = make(demand.asked)
    check.name = check.error = rule.name
    return check


def schema_across(entity: Entity, copy_name: str, only: Sequence[str] | None = None) -> pa.DataFrameSchema:
    """The pandera schema of what only all records together show: that no two share a value. `only`: of these fields."""
    columns = {
        field: pa.Column(FIELD_TYPES[entity.fields[field].type], nullable=True, unique=True)
        for field in (unique_fields(entity, copy_name) if only is None else only)
    }
    return pa.DataFrameSchema(columns, name=copy_name)


def broken_fields(entity: Entity, copy_name: str, doubtful: pl.DataFrame, schema: pa.DataFrameSchema) -> pl.DataFrame:
    """Every value of the doubtful records that breaks a schema: the record, the rule and field, expected, observed."""
    causes = {rule.name: rule for rule in rules_of(entity, copy_name)}
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
