"""Ratio assets: one number over another, bridged through both."""

from collections.abc import Iterator

import dagster as dg

from revrecon.dagster_defs.daily_assets import daily_asset
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import Plan, bridges_key, ratio_key
from revrecon.dagster_defs.results import Materialized, foots_result, foots_spec
from revrecon.dagster_defs.shown import markdown_table
from revrecon.daily.steps import make_ratio


def ratio_assets(plan: Plan) -> Iterator[dg.AssetsDefinition]:
    """One asset per ratio."""
    for ratio in plan.map.ratios:
        yield _ratio(plan, ratio)


def _ratio(plan: Plan, name: str) -> dg.AssetsDefinition:
    answers = plan.map.ratios[name]
    key = ratio_key(name)

    @daily_asset(
        plan,
        key,
        group="bridges",
        description=f"{answers.title}: {answers.text} Numerator and denominator bridged apart.",
        deps=[bridges_key(answers.of), bridges_key(answers.over)],
        owners=plan.emails(answers.owner),
        checks=[foots_spec(plan, key)],
    )
    def ratio(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        result = make_ratio(desk.day(context), name)
        return Materialized(
            metadata={
                "dagster/row_count": result.bridges.height,
                "bridges": markdown_table(result.bridges.drop("number", "department")),
                "steps": markdown_table(result.steps.drop("number", "position"), 60),
            },
            check_results=[foots_result(result.bridges, result.not_run)],
        )

    return ratio
