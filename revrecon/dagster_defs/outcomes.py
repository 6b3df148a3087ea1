"""What goes out at the end of the route: tickets, the daily sheet, the warehouse."""

from collections.abc import Iterator

import dagster as dg

from revrecon.canonical.account_master import entities_with_a_tree
from revrecon.dagster_defs.daily_assets import daily_asset
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import (
    FIGURES_KEY,
    REPORT_KEY,
    TICKETS_KEY,
    TIMING_KEY,
    WAREHOUSE_KEY,
    Plan,
    bridges_key,
    drift_key,
    figures_key,
    hierarchy_key,
    master_key,
    quality_key,
    ratio_key,
)
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.shown import markdown_table, page_shown
from revrecon.dagster_defs.tie_out import reported_deps
from revrecon.daily.figures import publish_figures
from revrecon.daily.outcomes import keep_report, keep_tickets
from revrecon.daily.published_frames import ledger_frames, published_frame, restated_frame
from revrecon.daily.restating import look_again
from revrecon.daily.steps import make_accounting
from revrecon.daily.warehouse import build_warehouse


def outcome_assets(plan: Plan) -> Iterator[dg.AssetsDefinition]:
    """Tickets, the report and the warehouse of a day."""
    yield _tickets(plan)
    yield _published(plan)
    yield _report(plan)
    yield _warehouse(plan)


def _judged(plan: Plan) -> list[dg.AssetKey]:
    copies = [(entity, copy) for entity in plan.map.entities for copy in plan.map.entities[entity].replication]
    return [key for entity, copy in copies for key in (quality_key(entity, copy), drift_key(entity, copy))]


def _tickets(plan: Plan) -> dg.AssetsDefinition:
    @daily_asset(
        plan,
        TICKETS_KEY,
        group="tickets",
        description="One live ticket per entity, system and cause in breach, in the ledger and as files.",
        deps=[*_judged(plan), *(bridges_key(n) for n in plan.map.numbers if reported_deps(plan))],
        kinds={"sqlite"},
        pool="ledger",
    )
    def tickets(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        live = keep_tickets(desk.day(context))
        lines = [f"- **{ticket.id}** {ticket.title} ({ticket.assignee_name})" for ticket in live]
        return Materialized(
            metadata={"dagster/row_count": len(live), "live_tickets": dg.MetadataValue.md("\n".join(lines) or "*none*")}
        )

    return tickets


def _published(plan: Plan) -> dg.AssetsDefinition:
    @daily_asset(
        plan,
        FIGURES_KEY,
        group="reports",
        description="Figures as they are published: caption, id, and all that they rest on. Rows are only ever added.",
        deps=[*_judged(plan), *(bridges_key(number) for number in plan.map.numbers)],
        kinds={"sqlite"},
        pool="ledger",
    )
    def published_figures(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = desk.day(context)
        outcomes = publish_figures(day)
        changed = [one for one in look_again(day) if one.difference != 0]
        return Materialized(
            metadata={
                "dagster/row_count": len(outcomes),
                "newly_published": sum(outcome.fresh for outcome in outcomes),
                "figures": markdown_table(published_frame([outcome.figure for outcome in outcomes]), 60),
                "restated": markdown_table(restated_frame(changed), 60),
                "map": f"version {day.map.map.version}, SHA-256 {day.loaded.sha256}. {day.map_note}".strip(),
            }
        )

    return published_figures


def _report(plan: Plan) -> dg.AssetsDefinition:
    @daily_asset(
        plan,
        REPORT_KEY,
        group="reports",
        description="The daily sheet: numbers with captions, bridges, drift, findings and tickets, as one HTML file.",
        deps=[
            TICKETS_KEY,
            TIMING_KEY,
            FIGURES_KEY,
            *(k for n in plan.map.numbers for k in (figures_key(n), bridges_key(n))),
            *(hierarchy_key(entity) for entity in entities_with_a_tree(plan.map)),
        ],
        kinds={"html"},
    )
    def daily_sheet(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = desk.day(context)
        rows = make_accounting(day)
        path = keep_report(day)
        return Materialized(
            metadata={
                **page_shown("report", path),
                "where_every_row_ended": markdown_table(rows, 60),
            }
        )

    return daily_sheet


def _warehouse(plan: Plan) -> dg.AssetsDefinition:
    @daily_asset(
        plan,
        WAREHOUSE_KEY,
        group="reports",
        description="Every table of every day in one DuckDB file, rebuilt beside and swapped in.",
        deps=[
            REPORT_KEY,
            *(master_key(entity) for entity in entities_with_a_tree(plan.map)),
            *(ratio_key(ratio) for ratio in plan.map.ratios),
        ],
        kinds={"duckdb"},
        pool="warehouse",
    )
    def warehouse(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = desk.day(context)
        made = build_warehouse(day.tables, day.home.warehouse, ledger_frames(day.home))
        return Materialized(
            metadata={
                "path": dg.MetadataValue.path(day.home.warehouse),
                "tables": dg.MetadataValue.md("\n".join(f"- {name}" for name in made)),
            }
        )

    return warehouse
