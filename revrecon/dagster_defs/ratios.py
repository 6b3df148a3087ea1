"""Ratio assets: one number over another, bridged through both."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import Plan, bridges_key, ratio_key
from revrecon.dagster_defs.shown import markdown_table
from revrecon.daily.steps import make_ratio


def ratio_assets(plan: Plan) -> Iterator[dg.AssetsDefinition]:
    """One asset per ratio."""
    for ratio in plan.map.ratios:
        yield _ratio(plan, ratio)


def _ratio(plan: Plan, name: str) -> dg.AssetsDefinition:
    answers = plan.map.ratios[name]
    key = ratio_key(name)

    @dg.asset(
        key=key,
        partitions_def=plan.days,
        deps=[bridges_key(answers.of), bridges_key(answers.over)],
        group_name="bridges",
        description=f"{answers.title}: {answers.text} Numerator and denominator bridged apart.",
        owners=plan.emails(answers.owner),
        kinds={"polars"},
        code_version=plan.code_version,
        check_specs=[
            dg.AssetCheckSpec(
                "every_bridge_foots",
                asset=key,
                description="Reported = closing + steps, with a residual of exactly zero.",
                partitions_def=plan.days,
            )
        ],
    )
    def ratio(context: dg.AssetExecutionContext, desk: Desk) -> dg.MaterializeResult:  # type: ignore[type-arg]
        result = make_ratio(desk.day(context), name)
        left = result.bridges.filter(pl.col("residual") != 0)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": result.bridges.height,
                "bridges": markdown_table(result.bridges.drop("number", "department")),
                "steps": markdown_table(result.steps.drop("number", "position"), 60),
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name="every_bridge_foots",
                    passed=left.is_empty() and not result.not_run,
                    severity=dg.AssetCheckSeverity.WARN if left.is_empty() else dg.AssetCheckSeverity.ERROR,
                    description="; ".join(result.not_run) or None,
                    metadata={"with_residual": markdown_table(left)},
                )
            ],
        )

    return ratio
