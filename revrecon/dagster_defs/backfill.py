"""Many past days in one process: each a run of the daily job with its own verdicts, without a start-up for each."""

from collections.abc import Callable
from datetime import date

import dagster as dg

from revrecon.dagster_defs.names import REPORT_KEY
from revrecon.daily.playing import days_between

DailyJob = Callable[[], dg.JobDefinition]
"""Gives the daily job once the definitions are whole."""
PART_OF = "revrecon/part_of"
"""The tag of a day's run that names the run which started it."""


class Days(dg.Config):
    """Which days."""

    first: str  # such as 2026-07-01
    last: str
    rerun: bool = False  # also those of which Dagster has a sheet


def backfill_days(daily: DailyJob) -> dg.JobDefinition:
    """A job that runs the daily job for one day after the other, in its own process.

    Dagster's own backfill starts a process for each day, and a run over a range of partitions records its checks
    without their day. Here every day keeps its run, its materialisations and its checks.
    """

    @dg.op(description="Run the daily reconciliation of one day after the other, in this process.")
    def one_day_after_the_other(context: dg.OpExecutionContext, config: Days) -> None:
        job, failed = daily(), []
        wanted = _wanted(context.instance, config)
        for at, day in enumerate(wanted, start=1):
            ran = job.execute_in_process(
                instance=context.instance, partition_key=str(day), raise_on_error=False,
                tags={PART_OF: context.run_id},
            )  # fmt: skip
            context.log.info(f"{day}: {_outcome(ran)} ({at} of {len(wanted)}), run {ran.run_id}")
            failed += [] if ran.success else [str(day)]
        if failed:
            raise dg.Failure(
                f"{len(failed)} of {len(wanted)} days failed: {', '.join(failed)}. Open their runs, mend what they "
                "say, and start this job again: days that were run are left out.",
                allow_retries=False,
            )

    @dg.job(
        name="backfill_days",
        description="Run many past days in one process; each day has its own run and its own checks.",
        executor_def=dg.in_process_executor,
        tags={"revrecon/rhythm": "daily"},
        config=dg.RunConfig(ops={"one_day_after_the_other": Days(first="2026-07-01", last="2026-09-30")}),
    )
    def backfill() -> None:
        one_day_after_the_other()

    return backfill


def _outcome(ran: dg.ExecuteInProcessResult) -> str:
    """`run`, or which steps failed."""
    failed = [str(event.step_key) for event in ran.all_events if event.is_step_failure]
    return "run" if ran.success else f"FAILED at {', '.join(failed) or 'its start'}"


def _wanted(instance: dg.DagsterInstance, config: Days) -> list[date]:
    days = days_between(date.fromisoformat(config.first), date.fromisoformat(config.last))
    known = set() if config.rerun else instance.get_materialized_partitions(REPORT_KEY)
    return [day for day in days if str(day) not in known]
