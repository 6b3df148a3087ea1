"""Clean-up lists and input controls in Dagster: per system what to change, and what to refuse at entry."""

import dagster as dg

from revrecon.dagster_defs.daily_assets import daily_asset, final
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import CLEAN_UP_KEY, REPORT_KEY, Plan
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.shown import markdown_table
from revrecon.daily.clean_up import changes_of, keep_clean_up
from revrecon.daily.standup import NotReconciled, last_reconciled
from revrecon.quality.controls.wanted import fields_without_control
from revrecon.reports.clean_up import masked_changes, summary_of

_SHOWN = ("rank", "system", "action", "record_id", "column", "from", "to")


def clean_up_asset(plan: Plan) -> dg.AssetsDefinition:
    """One asset for all systems, made each week with the standup pack, or on demand."""

    @daily_asset(
        plan,
        CLEAN_UP_KEY,
        group="reports",
        description="Per system the exact changes that set its copies right, ranked by what they move.",
        deps=[REPORT_KEY],
        kinds={"html", "xlsx"},
    )
    def clean_up_lists(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        with final(NotReconciled):
            day = last_reconciled(desk.day(context))
        shown = masked_changes(day.map, changes_of(day))
        pages = keep_clean_up(day)
        uncontrolled = fields_without_control(day.map)
        return Materialized(
            metadata={
                "dagster/row_count": shown.height,
                "summary": summary_of(shown),
                "pages": dg.MetadataValue.md("\n".join(f"- {page}" for page in pages) or "*none*"),
                "changes": markdown_table(shown.select(_SHOWN), 60),
                "required_fields_without_a_control": uncontrolled.height,
            }
        )

    return clean_up_lists
