"""The weekly rhythm: the standup pack as an asset, its job, and a schedule that has it ready before people meet."""

from datetime import date, datetime, timedelta

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from revrecon.dagster_defs.daily_assets import daily_asset, final
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import CLEAN_UP_KEY, REPORT_KEY, STANDUP_KEY, Plan
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.rhythms import on_working_days
from revrecon.dagster_defs.shown import page_shown
from revrecon.daily.standup import NotReconciled, is_meeting, keep_standup, week_of
from revrecon.reports.standup.markdown import standup_markdown

STANDUP_JOB = "weekly_standup"
_BEFORE = timedelta(hours=1)
_MIDNIGHT = datetime(2026, 1, 1)  # noqa: DTZ001  # any day: an hour of its zone is reckoned from it


def standup_asset(plan: Plan) -> dg.AssetsDefinition:
    """The pack of a week, as of the day that ended before the meeting."""

    @daily_asset(
        plan,
        STANDUP_KEY,
        group="reports",
        description="The pack for the weekly standup: agenda, who owes what, what came and went, what to decide.",
        deps=[REPORT_KEY],
        kinds={"html", "xlsx"},
    )
    def standup_pack(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = desk.day(context)
        with final(NotReconciled):
            page = keep_standup(day)
        pack = week_of(day)
        return Materialized(
            metadata={
                **page_shown("pack", page),
                "meets_on": str(pack.meets_on),
                "live_tickets": len(pack.tickets),
                "proposals": len(pack.proposals),
                "summary": dg.MetadataValue.md(standup_markdown(pack)),
            }
        )

    return standup_pack


def standup_job() -> UnresolvedAssetJobDefinition:
    """The pack and the clean-up lists: their day was reconciled by the daily job."""
    return dg.define_asset_job(
        STANDUP_JOB,
        selection=dg.AssetSelection.assets(STANDUP_KEY, CLEAN_UP_KEY),
        description="Make the pack for the standup that follows the day, and the clean-up lists.",
        tags={"revrecon/rhythm": "weekly"},
    )


def standup_schedule(plan: Plan, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """On every working day an hour before the meeting's time, and only where people meet: holidays move it."""
    rhythms = plan.map.rhythms
    at = (rhythms.standup or rhythms.daily).at
    early = _MIDNIGHT + max(timedelta(hours=at.hour, minutes=at.minute) - _BEFORE, timedelta(0))

    def asked(today: date) -> dg.RunRequest | dg.SkipReason:
        if rhythms.standup is None or not is_meeting(rhythms, today):
            return dg.SkipReason(f"No standup on {today}.")
        return dg.RunRequest(run_key=f"standup|{today}", partition_key=str(today - timedelta(days=1)))

    told = f"Makes the standup pack an hour before {at:%H:%M} {plan.map.company.timezone}."
    return on_working_days(plan, "before_every_standup", job, early.time(), told, asked)
