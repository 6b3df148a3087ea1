"""The quarterly rhythm: the audit per quarter, blocked while days are missing, and a quarter's days in one go."""

from datetime import UTC, date, datetime

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from revrecon.audit.quarter import Quarter, audit_day, quarter_before, quarter_named, quarter_on
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import AUDIT_DAYS_KEY, AUDIT_KEY, TICKETS_KEY, Plan
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.shown import markdown_table
from revrecon.daily.auditing import QuarterIncomplete, audit_of, keep_audit, require_complete
from revrecon.daily.quarter import Known, QuarterDays, quarter_days, run_quarter
from revrecon.daily.run import Inputs

AUDIT_JOB = "quarterly_audit"
_COMPLETE = "every_day_was_run"


def quarters(plan: Plan) -> dg.TimeWindowPartitionsDefinition:
    """One partition per fiscal quarter, named by its first day; the one in which the data begins is the first."""
    first = quarter_on(date.fromisoformat(plan.days.start.strftime("%Y-%m-%d")), plan.map.company).first
    begin = plan.map.company.fiscal_year_start
    months = sorted((begin - 1 + 3 * number) % 12 + 1 for number in range(4))
    return dg.TimeWindowPartitionsDefinition(
        cron_schedule=f"0 0 1 {','.join(map(str, months))} *",
        start=first.isoformat(),
        fmt="%Y-%m-%d",
        timezone=plan.map.company.timezone,
    )


def audit_assets(plan: Plan) -> list[dg.AssetsDefinition]:
    """The quarter's days, which have to be there, and the audit of them."""
    by_quarter = quarters(plan)
    return [_days(plan, by_quarter), _report(plan, by_quarter)]


def _inputs(desk: Desk) -> Inputs:
    return Inputs(desk.loaded_map(), desk.data_folder, desk.home)


def _asked(desk: Desk, context: dg.AssetExecutionContext) -> QuarterDays:
    inputs = _inputs(desk)
    quarter = quarter_on(date.fromisoformat(context.partition_key), inputs.loaded.map.company)
    return quarter_days(inputs, quarter, Known())


def _days(plan: Plan, by_quarter: dg.TimeWindowPartitionsDefinition) -> dg.AssetsDefinition:
    @dg.asset(
        key=AUDIT_DAYS_KEY,
        partitions_def=by_quarter,
        deps=[TICKETS_KEY],
        group_name="audit",
        owners=plan.emails(*(number.owner for number in plan.map.numbers.values())),
        description="The days of a quarter. Blocked while one is missing: no quarter is audited in part by mistake.",
        code_version=plan.code_version,
        check_specs=[
            dg.AssetCheckSpec(
                _COMPLETE,
                asset=AUDIT_DAYS_KEY,
                description="Every day of the quarter was reconciled. To run those that are missing: backfill_quarter.",
                blocking=True,
                partitions_def=by_quarter,
            )
        ],
    )
    def quarter_is_complete(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        days = _asked(desk, context)
        missing = ", ".join(map(str, days.missing[:40]))
        return Materialized(
            metadata={"days": len(days.quarter.days), "missing": len(days.missing), "missing_days": missing or "none"},
            check_results=[
                dg.AssetCheckResult(
                    check_name=_COMPLETE,
                    passed=not days.missing,
                    severity=dg.AssetCheckSeverity.ERROR,
                    metadata={"missing": len(days.missing), "missing_days": missing or "none"},
                )
            ],
        )

    return quarter_is_complete


def _report(plan: Plan, by_quarter: dg.TimeWindowPartitionsDefinition) -> dg.AssetsDefinition:
    @dg.asset(
        key=AUDIT_KEY,
        partitions_def=by_quarter,
        deps=[AUDIT_DAYS_KEY],
        group_name="audit",
        owners=plan.emails(*(number.owner for number in plan.map.numbers.values())),
        description="The audit of a quarter: a few pages for the leadership, and the evidence behind them.",
        kinds={"html"},
        code_version=plan.code_version,
    )
    def audit(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        days = _asked(desk, context)
        try:
            require_complete(days)
        except QuarterIncomplete as incomplete:
            raise dg.Failure(description=str(incomplete), allow_retries=False) from incomplete
        sheet = audit_of(days)
        page = keep_audit(days, sheet)
        counts = dict(sheet.findings["severity"].value_counts().iter_rows())
        return Materialized(
            metadata={
                "leadership": dg.MetadataValue.path(page),
                "open": dg.MetadataValue.url(page.as_uri()),
                "evidence": dg.MetadataValue.path(page.with_name("evidence.html")),
                "quarter": sheet.quarter.name,
                "audited": sheet.audited_as,
                "live_tickets": len(sheet.live),
                **{f"findings_{word}": counts.get(word, 0) for word in ("breach", "warn", "note")},
                "findings": markdown_table(sheet.findings, 60),
            }
        )

    return audit


def audit_job() -> UnresolvedAssetJobDefinition:
    """The audit of one quarter, over days that were run."""
    return dg.define_asset_job(
        AUDIT_JOB,
        selection=dg.AssetSelection.assets(AUDIT_DAYS_KEY, AUDIT_KEY),
        description="Audit a quarter whose days were run; backfill_quarter runs those that are missing first.",
        tags={"revrecon/rhythm": "quarterly"},
    )


def audit_schedule(plan: Plan, job: UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """On the working day after a quarter's end that the map names, at its hour; holidays are no working days."""
    rhythms = plan.map.rhythms
    at = (rhythms.audit or rhythms.daily).at

    @dg.schedule(
        name="after_every_quarter",
        job=job,
        cron_schedule=f"{at.minute} {at.hour} * * 1-5",
        execution_timezone=plan.map.company.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Audits the quarter that ended, at {at:%H:%M} {plan.map.company.timezone} of its working day.",
    )
    def after_every_quarter(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        today = context.scheduled_execution_time.astimezone(plan.map.company.zone).date()
        ended = quarter_before(quarter_on(today, plan.map.company), plan.map.company)
        if rhythms.audit is None or audit_day(rhythms, ended) != today:
            return dg.SkipReason(f"{ended.name} is audited on {audit_day(rhythms, ended)}.")
        return dg.RunRequest(run_key=f"audit|{ended.name}", partition_key=str(ended.first))

    return after_every_quarter


class BackfillQuarter(dg.Config):
    """Which quarter, and as of when it is looked at."""

    quarter: str  # such as 2026Q3
    rerun: bool = False  # every day again, not only missing ones
    map_of_then: bool = False  # each day under the map of that day
    known_at: str | None = None  # with the data as received by then, ISO 8601 in UTC, such as 2026-10-15T00:00
    provisional: bool = False  # report although days are missing


@dg.op(description="Run a quarter's days in one go, then audit it.", pool="warehouse")
def days_and_audit(context: dg.OpExecutionContext, config: BackfillQuarter, desk: Desk) -> None:
    """What the command `revrecon audit` does, as one run; killed and run again, it goes on where it stopped."""
    inputs = _inputs(desk)
    quarter: Quarter = quarter_named(config.quarter, inputs.loaded.map.company)
    at = datetime.fromisoformat(config.known_at).replace(tzinfo=UTC) if config.known_at else None
    asked = quarter_days(inputs, quarter, Known(at, config.map_of_then))

    def told(name: str, number: int, total: int) -> None:
        context.log.info(f"{name}: {number} of {total} days run")

    days = run_quarter(asked, config.rerun, told)
    if not config.provisional:
        require_complete(days)
    sheet = audit_of(days)
    page = keep_audit(days, sheet)
    context.log_event(
        dg.AssetMaterialization(
            AUDIT_KEY,
            partition=str(quarter.first),
            metadata={
                "leadership": dg.MetadataValue.path(page), "open": dg.MetadataValue.url(page.as_uri()),
                "audited": sheet.audited_as, "live_tickets": len(sheet.live), "missing_days": len(sheet.missing),
            },
        )
    )  # fmt: skip


@dg.job(
    description="Run a past quarter's days in one run, with the data and the maps asked for, then audit it.",
    executor_def=dg.in_process_executor,
    tags={"revrecon/rhythm": "quarterly"},
    config=dg.RunConfig(ops={"days_and_audit": BackfillQuarter(quarter="2026Q3")}),
)
def backfill_quarter() -> None:
    days_and_audit()
