"""Retention in Dagster: the home is thinned out, and old runs leave the event log, once a week."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import Plan
from revrecon.daily.retention import RUNS_KEPT_AT_LEAST, retain

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_AT_ONCE = 100


@dg.op(description="Thin the home out as the map's retention says.")
def thin_the_home(context: dg.OpExecutionContext, desk: Desk) -> None:
    """What goes can be made again from the lake, or was replaced."""
    entity_map = desk.loaded_map().map
    for one in retain(desk.home, entity_map.retention, datetime.now(entity_map.company.zone).date()):
        context.log.info(f"{one.what}: {one.items:,} removed, {one.size / 1e6:,.1f} MB")


@dg.op(description="Remove runs that ended longer ago than the map's retention; evidence lives in lake and ledger.")
def prune_runs(context: dg.OpExecutionContext, desk: Desk) -> None:
    """Dagster removes no run by itself."""
    kept = max(desk.loaded_map().map.retention.runs, RUNS_KEPT_AT_LEAST)
    removed = remove_runs_before(context.instance, datetime.now(UTC) - kept, context.run_id)
    context.log.info(f"{removed:,} runs removed that ended more than {kept.days} days ago")


def remove_runs_before(instance: dg.DagsterInstance, moment: datetime, but: str = "") -> int:
    """Remove ended runs that were made before a moment, with their events; how many."""
    removed = 0
    old = dg.RunsFilter(statuses=_ENDED, created_before=moment)
    while found := [run for run in instance.get_runs(old, limit=_AT_ONCE) if run.run_id != but]:
        for run in found:
            instance.delete_run(run.run_id)
        removed += len(found)
    return removed


@dg.job(
    description="Thin the home out and remove old runs, so that both stay in bounds.",
    executor_def=dg.in_process_executor,
    tags={"revrecon/rhythm": "retention"},
)
def retention() -> None:
    """The home first, then the event log."""
    thin_the_home()
    prune_runs()


def retention_schedule(plan: Plan) -> dg.ScheduleDefinition:
    """Sunday, two hours before the daily run."""
    at = datetime.combine(datetime(2026, 1, 4, tzinfo=UTC).date(), plan.map.rhythms.daily.at) - timedelta(hours=2)
    return dg.ScheduleDefinition(
        name="every_sunday",
        job=retention,
        cron_schedule=f"{at.minute} {at.hour} * * {0 if at.day == 4 else 6}",
        execution_timezone=plan.map.company.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Thins the home out and removes old runs, while nothing else runs.",
    )
