"""The weekly rhythm: the standup pack as an asset, its job, and a schedule that has it ready before people meet."""

from datetime import timedelta

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import CLEAN_UP_KEY, REPORT_KEY, STANDUP_KEY, Plan
from revrecon.dagster_defs.results import Materialized
from revrecon.daily.standup import NotReconciled, is_meeting, keep_standup, week_of
from revrecon.reports.standup.markdown import standup_markdown

STANDUP_JOB = "weekly_standup"
_BEFORE = timedelta(hours=1)


def standup_asset(plan: Plan) -> dg.AssetsDefinition:
    """The pack of a week, as of the day that ended before the meeting."""

    @dg.asset(
        key=STANDUP_KEY,
        partitions_def=plan.days,
        deps=[REPORT_KEY],
        group_name="reports",
        description="The pack for the weekly standup: agenda, who owes what, what came and went, what to decide.",
        kinds={"html", "xlsx"},
        code_version=plan.code_version,
    )
    def standup_pack(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = desk.day(context)
        try:
            page = keep_standup(day)
        except NotReconciled as missing:
            raise dg.Failure(description=str(missing), allow_retries=False) from missing
        pack = week_of(day)
        return Materialized(
            metadata={
                "pack": dg.MetadataValue.path(page),
                "open": dg.MetadataValue.url(page.as_uri()),
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
    minutes = max(at.hour * 60 + at.minute - int(_BEFORE.total_seconds() // 60), 0)

    @dg.schedule(
        name="before_every_standup",
        job=job,
        cron_schedule=f"{minutes % 60} {minutes // 60} * * 1-5",
        execution_timezone=plan.map.company.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Makes the standup pack an hour before {at:%H:%M} {plan.map.company.timezone}.",
    )
    def before_every_standup(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        today = context.scheduled_execution_time.astimezone(plan.map.company.zone).date()
        if rhythms.standup is None or not is_meeting(rhythms, today):
            return dg.SkipReason(f"No standup on {today}.")
        return dg.RunRequest(run_key=f"standup|{today}", partition_key=str(today - timedelta(days=1)))

    return before_every_standup
