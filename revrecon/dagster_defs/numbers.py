"""Number and bridge assets: what each department reports, and why it differs, with pictures."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from revrecon.dagster_defs.daily_assets import daily_asset, daily_check
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import Plan, bridges_key, canonical_key, drift_key, figures_key
from revrecon.dagster_defs.results import Materialized, foots_result, foots_spec
from revrecon.dagster_defs.shown import markdown_table
from revrecon.dagster_defs.tie_out import provisional_bridges, reported_deps, tie_out_results, tie_out_specs
from revrecon.daily.breakdowns import make_breakdowns
from revrecon.daily.day import Day
from revrecon.daily.steps import make_bridges, make_number
from revrecon.entity_map.model import EntityMap
from revrecon.numbers.bridges import NumberResult
from revrecon.reports.agreed_views import agreed_in_bridges
from revrecon.reports.pictures import bridge_picture
from revrecon.reports.waterfall import waterfall_markdown_image
from revrecon.tickets.bodies.markdown import safe

_RUN = "every_definition_was_run"
Shown = dg.MarkdownMetadataValue | float | int | str
"""What the UI shows beside a materialisation."""


def number_assets(plan: Plan) -> Iterator[dg.AssetsDefinition]:
    """Two assets per number."""
    for number in plan.map.numbers:
        yield _figures(plan, number)
        yield _bridges(plan, number)


def _entities_of(entity_map: EntityMap, number: str) -> list[str]:
    definitions = entity_map.numbers[number].definitions.values()
    return list(dict.fromkeys(definition.entity for definition in definitions))


def _figures(plan: Plan, number: str) -> dg.AssetsDefinition:
    answers = plan.map.numbers[number]
    key = figures_key(number)

    @daily_asset(
        plan,
        key,
        group="numbers",
        description=f"{answers.title}: {answers.text} Each department by its own definition on its own records.",
        deps=[*reported_deps(plan), *(canonical_key(entity) for entity in plan.map.entities)],
        owners=plan.emails(answers.owner),
        checks=[
            daily_check(
                plan,
                key,
                _RUN,
                "Every department's definition found the day and the copy that it looks at.",
            )
        ],
    )
    def figures(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        result = make_number(desk.day(context), number)
        return Materialized(metadata=_figures_shown(result.figures), check_results=[_was_run(result)])

    return figures


def _figures_shown(figures: pl.DataFrame) -> dict[str, Shown]:
    """Every caption in a table, and every figure as a number, so that the UI draws it over time."""
    values: dict[str, Shown] = {
        "_".join(part for part in ("figure", row["definition"], row["period"]) if part): float(row["value"])
        for row in figures.iter_rows(named=True)
    }
    captions = figures.select("department", "caption", pl.col("value").cast(pl.Float64))
    return {"dagster/row_count": figures.height, "figures": markdown_table(captions, 40), **values}


def _was_run(result: NumberResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=_RUN,
        passed=not result.not_run,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(result.not_run) or None,
    )


def _bridges(plan: Plan, number: str) -> dg.AssetsDefinition:
    answers = plan.map.numbers[number]
    key = bridges_key(number)
    copies = [
        (entity, copy) for entity in _entities_of(plan.map, number) for copy in plan.map.entities[entity].replication
    ]

    @daily_asset(
        plan,
        key,
        group="bridges",
        description=f"Why departments disagree about {answers.title}: quality, hierarchy, timing, definition.",
        deps=[figures_key(number), *(drift_key(entity, copy) for entity, copy in copies)],
        owners=plan.emails(answers.owner),
        checks=[
            foots_spec(plan, key),
            *tie_out_specs(plan, number, key),
        ],
    )
    def bridges(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = desk.day(context)
        result = make_bridges(day, number)
        return Materialized(
            metadata={**_bridges_shown(day, number, result), **_breakdowns(make_breakdowns(day, number))},
            check_results=[foots_result(result.bridges), *tie_out_results(plan, day, number)],
        )

    return bridges


def _bridges_shown(day: Day, number: str, result: NumberResult) -> dict[str, Shown]:
    """Bridges, their pictures, steps and worst items, and how much depends on the order of the steps."""
    return {
        "dagster/row_count": result.bridges.height,
        "provisional": provisional_bridges(day, number),
        "agreed": dg.MetadataValue.md(_agreed(day, result.steps)),
        "bridges": markdown_table(_compact(result.bridges)),
        **_pictures(day, number),
        "steps": markdown_table(result.steps.drop("number", "position"), 60),
        "worst_items": markdown_table(_largest(result.items)),
        "whatever_the_order": markdown_table(result.orders.drop("number", "records"), 60),
        "records_in_which_the_order_matters": result.order_matters.height,
    }


def _agreed(day: Day, steps: pl.DataFrame) -> str:
    return "\n".join(f"- {safe(one)}" for one in agreed_in_bridges(day.map, steps, day.as_of)) or "*none*"


def _compact(bridges: pl.DataFrame) -> pl.DataFrame:
    """Bridges as narrow as the page: one row each, periods joined to the definition."""
    name = pl.when(pl.col("period") == "").then("definition").otherwise(pl.format("{} {}", "definition", "period"))
    steps = {f"{step}_step": step for step in ("quality", "hierarchy", "timing", "definition")}
    head = [pl.col("reported_figure").alias("typed_in"), pl.col("unreproduced_step").alias("unreproduced")]
    compact = bridges.select(name.alias("from"), *head, "reported", *steps, "residual", "closing", "provisional")
    return compact.rename(steps)


def _largest(items: pl.DataFrame) -> pl.DataFrame:
    ranked = items.sort(pl.col("amount").abs(), descending=True)
    return ranked.select("definition", "period", "cause", "detail", "label", "records", "amount")


def _breakdowns(frame: pl.DataFrame) -> dict[str, dg.MarkdownMetadataValue]:
    """One table per dimension, the largest values of every bridge."""
    found = {}
    for dimension in frame["dimension"].unique(maintain_order=True):
        rows = frame.filter(pl.col("dimension") == dimension).drop("number", "dimension")
        found[f"by_{dimension}"] = markdown_table(rows.sort(pl.col("gross").neg(), "definition", "value"))
    return found


def _pictures(day: Day, number: str) -> dict[str, dg.MarkdownMetadataValue]:
    result = day.number(number)
    found = {}
    for bridge in result.bridges.iter_rows(named=True):
        svg = bridge_picture(day.map, bridge, result.steps)
        name = "_".join(part for part in ("picture", bridge["definition"], bridge["period"]) if part)
        found[name] = dg.MetadataValue.md(waterfall_markdown_image(svg))
    return found
