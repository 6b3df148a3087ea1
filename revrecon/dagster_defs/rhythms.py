"""Rhythms: the daily reconciliation in the company's time zone, and what happens on some working days."""

from collections.abc import Callable
from datetime import date, time

import dagster as dg
from dagster._core.definitions.partitions.partitioned_schedule import UnresolvedPartitionedAssetScheduleDefinition
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from revrecon.dagster_defs.names import AUDIT_DAYS_KEY, AUDIT_KEY, CLEAN_UP_KEY, STANDUP_KEY, Plan

Schedule = UnresolvedPartitionedAssetScheduleDefinition | dg.ScheduleDefinition
DAILY_JOB = "daily_reconciliation"
_OF_OTHER_RHYTHMS = (STANDUP_KEY, CLEAN_UP_KEY, AUDIT_DAYS_KEY, AUDIT_KEY)


def daily_job(plan: Plan) -> UnresolvedAssetJobDefinition:
    """Everything that is made every day, for one day."""
    return dg.define_asset_job(
        DAILY_JOB,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(*_OF_OTHER_RHYTHMS),
        description="Read every system, judge every copy, bridge every number; tickets and the report of one day.",
        tags={"revrecon/rhythm": "daily"},
    )


def daily_schedule(plan: Plan, job: UnresolvedAssetJobDefinition) -> Schedule:
    """The day that just ended, at the hour of the map, switched on by default."""
    at = plan.map.rhythms.daily.at
    return dg.build_schedule_from_partitioned_job(
        job,
        name="every_morning",
        hour_of_day=at.hour,
        minute_of_hour=at.minute,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Reconciles the day that ended at midnight, at {at:%H:%M} {plan.map.company.timezone}.",
    )


def on_working_days(
    plan: Plan,
    name: str,
    job: UnresolvedAssetJobDefinition,
    at: time,
    description: str,
    asked: Callable[[date], dg.RunRequest | dg.SkipReason],
) -> dg.ScheduleDefinition:
    """A schedule, switched on by default, that on Mondays to Fridays at an hour of the company's zone does what `asked`
    says of that day."""

    @dg.schedule(
        name=name,
        job=job,
        cron_schedule=f"{at.minute} {at.hour} * * 1-5",
        execution_timezone=plan.map.company.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=description,
    )
    def working_day(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        return asked(context.scheduled_execution_time.astimezone(plan.map.company.zone).date())

    return working_day
