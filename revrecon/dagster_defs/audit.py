"""The quarterly rhythm: the audit per quarter, blocked while days are missing, its job and its schedule."""

from datetime import date

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from revrecon.audit.quarter import audit_day, quarter_before, quarter_on
from revrecon.dagster_defs.daily_assets import final
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import AUDIT_DAYS_KEY, AUDIT_KEY, TICKETS_KEY, Plan
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.rhythms import on_working_days
from revrecon.dagster_defs.shown import markdown_table, page_shown
from revrecon.daily.auditing import QuarterIncomplete, audit_of, keep_audit, require_complete
from revrecon.daily.quarter import Known, QuarterDays, quarter_days

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


def _asked(desk: Desk, context: dg.AssetExecutionContext) -> QuarterDays:
    inputs = desk.inputs()
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
        with final(QuarterIncomplete):
            require_complete(days)
        sheet = audit_of(days)
        page = keep_audit(days, sheet)
        counts = dict(sheet.findings["severity"].value_counts().iter_rows())
        return Materialized(
            metadata={
                **page_shown("leadership", page),
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
    rhythms, company = plan.map.rhythms, plan.map.company
    at = (rhythms.audit or rhythms.daily).at

    def asked(today: date) -> dg.RunRequest | dg.SkipReason:
        ended = quarter_before(quarter_on(today, company), company)
        if rhythms.audit is None or audit_day(rhythms, ended) != today:
            return dg.SkipReason(f"{ended.name} is audited on {audit_day(rhythms, ended)}.")
        return dg.RunRequest(run_key=f"audit|{ended.name}", partition_key=str(ended.first))

    told = f"Audits the quarter that ended, at {at:%H:%M} {company.timezone} of its working day."
    return on_working_days(plan, "after_every_quarter", job, at, told, asked)
