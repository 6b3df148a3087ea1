"""A past quarter in one run: its days, with the data and the maps that are asked for, and the audit of them."""

from datetime import UTC, datetime

import dagster as dg

from revrecon.audit.quarter import quarter_named
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import AUDIT_KEY
from revrecon.dagster_defs.shown import page_shown
from revrecon.daily.auditing import audit_of, keep_audit, require_complete
from revrecon.daily.quarter import Known, quarter_days, run_quarter


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
    inputs = desk.inputs()
    quarter = quarter_named(config.quarter, inputs.loaded.map.company)
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
                **page_shown("leadership", page),
                "audited": sheet.audited_as,
                "live_tickets": len(sheet.live),
                "missing_days": len(sheet.missing),
            },
        )
    )


@dg.job(
    description="Run a past quarter's days in one run, with the data and the maps asked for, then audit it.",
    executor_def=dg.in_process_executor,
    tags={"revrecon/rhythm": "quarterly"},
    config=dg.RunConfig(ops={"days_and_audit": BackfillQuarter(quarter="2026Q3")}),
)
def backfill_quarter() -> None:
    """A quarter's days, then its audit."""
    days_and_audit()
