"""The figures that departments typed in, and the check that they tie to their own records."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from revrecon.dagster_defs.daily_assets import daily_asset, daily_check
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import REPORTED_KEY, Plan
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.shown import markdown_table
from revrecon.daily.day import Day
from revrecon.daily.reported import make_reported
from revrecon.numbers.reported import has_reported_figures
from revrecon.numbers.tie_out import copy_behind, representative
from revrecon.reports.daily import person_name

TIES = "every_reported_figure_ties"
_READ = "every_reported_figure_was_read"


def reported_assets(plan: Plan) -> Iterator[dg.AssetsDefinition]:
    """One asset, where the map tells of any reported figure."""
    if has_reported_figures(plan.map):
        yield _reported(plan)


def reported_deps(plan: Plan) -> list[dg.AssetKey]:
    """What figures rest on beside the records: the typed-in ones, where there are any."""
    return [REPORTED_KEY] if has_reported_figures(plan.map) else []


def tie_out_specs(plan: Plan, number: str, key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """The check of a number's reported figures, where the map tells of any; it names who answers."""
    if not has_reported_figures(plan.map):
        return []
    people = {_answers(plan, number, definition) for definition in plan.map.numbers[number].definitions}
    told = ", ".join(sorted(person_name(plan.map, person) for person in people))
    return [
        dg.AssetCheckSpec(
            TIES,
            asset=key,
            description=f"What departments reported ties to their own records. The representatives answer: {told}.",
            partitions_def=plan.days,
            metadata={"owners": plan.emails(*sorted(people))},
        )
    ]


def _answers(plan: Plan, number: str, definition: str) -> str:
    return representative(plan.map, *copy_behind(plan.map, number, definition))


def tie_out_results(plan: Plan, day: Day, number: str) -> list[dg.AssetCheckResult]:
    """The verdict on a number's reported figures: passed, warned, or in breach; what was not run is never green."""
    if not has_reported_figures(plan.map):
        return []
    found = day.tie_outs(number)
    missed = found.filter(~pl.col("verdict").is_in(["pass", "replaced"]))
    people = missed["representative"].unique().sort().to_list()
    breach = (missed["verdict"] == "breach").any()
    return [
        dg.AssetCheckResult(
            check_name=TIES,
            passed=missed.is_empty(),
            severity=dg.AssetCheckSeverity.ERROR if breach else dg.AssetCheckSeverity.WARN,
            metadata={
                "tie_out": markdown_table(found.drop("number", "department", "unit"), 60),
                "owners": ", ".join(plan.emails(*people)) or "nobody has to answer",
            },
        )
    ]


def provisional_bridges(day: Day, number: str) -> str:
    """Which bridges of a number may still change, and why; `none` where nothing says so."""
    stamped = day.number(number).bridges.filter(pl.col("provisional") != "")
    rows = stamped.select("definition", "period", "provisional").iter_rows()
    return "\n".join(f"{definition} {period}: {why}".replace(" :", ":") for definition, period, why in rows) or "none"


def _reported(plan: Plan) -> dg.AssetsDefinition:
    people = {
        _answers(plan, name, definition)
        for name, number in plan.map.numbers.items()
        for definition, one in number.definitions.items()
        if one.reported.file or one.reported.rows
    }

    @daily_asset(
        plan,
        REPORTED_KEY,
        group="numbers",
        description="The figures that departments typed in: in small files beside the exports, and in the map.",
        owners=plan.emails(*sorted(people)),
        kinds={"csv"},
        checks=[daily_check(plan, REPORTED_KEY, _READ, "Every row names a figure of the map, its day and a value.")],
    )
    def typed_in(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        figures, unread = make_reported(desk.day(context), desk.data_folder)
        return Materialized(
            metadata={"dagster/row_count": figures.height, "typed_in": markdown_table(figures.drop("position"), 40)},
            check_results=[
                dg.AssetCheckResult(
                    check_name=_READ,
                    passed=not unread,
                    severity=dg.AssetCheckSeverity.WARN,
                    description="; ".join(unread) or None,
                )
            ],
        )

    return typed_in
