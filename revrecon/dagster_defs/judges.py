"""Quality and drift assets: one of each per copy, with a check per rule and per cause."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from revrecon.dagster_defs.canonical import pointed_to
from revrecon.dagster_defs.daily_assets import daily_asset, daily_check
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import Plan, canonical_key, drift_key, quality_key
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.shown import counts, table_metadata, worst
from revrecon.daily.steps import make_drift, make_quality
from revrecon.entity_map.causes import CAUSES
from revrecon.quality.judgement import causes_judged
from revrecon.quality.rules import Rule, rules_of


def judge_assets(plan: Plan) -> Iterator[dg.AssetsDefinition]:
    """Two assets per copy of every entity."""
    for entity in plan.map.entities:
        for copy in plan.map.entities[entity].replication:
            yield _quality(plan, entity, copy)
            yield _drift(plan, entity, copy)


def _quality(plan: Plan, entity: str, copy: str) -> dg.AssetsDefinition:
    answers = plan.map.entities[entity]
    key = quality_key(entity, copy)
    rules = rules_of(answers, copy)
    system = plan.map.systems[plan.map.system_of(copy, answers.replication[copy])]

    @daily_asset(
        plan,
        key,
        group="quality",
        description=f"The field and record rules on {answers.title} in {system.title}.",
        deps=[canonical_key(entity)],
        owners=plan.emails(system.representative, answers.reconciliation.owner),
        kinds={"pandera"},
        checks=[daily_check(plan, key, rule.name, rule.text) for rule in rules],
    )
    def quality(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = desk.day(context)
        findings = make_quality(day, entity, copy)
        was_run = day.records_in(entity, copy) is not None
        return Materialized(
            metadata={**table_metadata(findings), "causes": counts(findings), "worst": worst(findings)},
            check_results=[_rule_result(rule, findings, was_run) for rule in rules],
        )

    return quality


def _rule_result(rule: Rule, findings: pl.DataFrame, was_run: bool) -> dg.AssetCheckResult:
    broken = findings.filter(pl.col("rule") == rule.name)
    if not was_run:
        return dg.AssetCheckResult(
            check_name=rule.name, passed=False, severity=dg.AssetCheckSeverity.WARN, description="Not run: no data."
        )
    return dg.AssetCheckResult(
        check_name=rule.name,
        passed=broken.is_empty(),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"broken": broken.height, "worst": worst(broken)},
    )


def _drift(plan: Plan, entity: str, copy: str) -> dg.AssetsDefinition:
    answers = plan.map.entities[entity]
    key = drift_key(entity, copy)
    system = plan.map.systems[plan.map.system_of(copy, answers.replication[copy])]
    causes = causes_judged(plan.map, entity, copy)
    others = [canonical_key(other) for other in pointed_to(plan.map, entity)]

    @daily_asset(
        plan,
        key,
        group="drift",
        description=f"How far {answers.title} in {system.title} is from the canonical records. "
        f"Kept fresh: {answers.replication[copy].kept_fresh}.",
        deps=[canonical_key(entity), quality_key(entity, copy), *others],
        owners=plan.emails(answers.reconciliation.owner, system.representative),
        checks=[daily_check(plan, key, check_name(cause), f"{CAUSES[cause]} Below its threshold?") for cause in causes],
    )
    def drift(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = desk.day(context)
        findings, verdicts = make_drift(day, entity, copy)
        known = day.findings_of(entity, copy)
        return Materialized(
            metadata={**table_metadata(findings), "causes": counts(findings), "worst": worst(findings)},
            check_results=[_verdict_result(row, known) for row in verdicts.iter_rows(named=True)],
        )

    return drift


def check_name(cause: str) -> str:
    """The name of the check on a cause: names of checks hold no dots."""
    return cause.replace(".", "_")


_TOLD = ("verdict", "measure", "limit", "owner", "since", "agreed")


def _verdict_result(row: dict[str, Any], findings: pl.DataFrame) -> dg.AssetCheckResult:
    """A verdict as Dagster shows it; counts and money are numbers, so that the UI draws them over time."""
    breach = row["verdict"] == "breach"
    told = {name: str(row[name]) for name in _TOLD if row.get(name) is not None}
    measured = {name: float(row[name]) for name in ("share", "net", "gross") if row[name] is not None}
    mine = findings.filter(pl.col("cause") == row["cause"])
    return dg.AssetCheckResult(
        check_name=check_name(row["cause"]),
        passed=row["verdict"] == "pass",
        severity=dg.AssetCheckSeverity.ERROR if breach else dg.AssetCheckSeverity.WARN,
        description="Not run: no data." if row["verdict"] == "not_run" else None,
        metadata={"records": row["records"], "compared": row["compared"], **measured, **told, "worst": worst(mine)},
    )
