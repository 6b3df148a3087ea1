"""The command that audits a quarter, running the days that are missing first."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from revrecon.audit.quarter import quarter_before, quarter_named, quarter_on
from revrecon.cli.consoles import out, progress_shown
from revrecon.cli.openings import over_inputs
from revrecon.daily.auditing import audit_of, keep_audit, require_complete
from revrecon.daily.quarter import Known, quarter_days, run_quarter
from revrecon.daily.run import Inputs, last_day_of
from revrecon.reports.terminal_audit import audit_summary


@over_inputs
def audit(
    inputs: Inputs,
    quarter: Annotated[
        str | None, typer.Option("--quarter", help="Such as 2026Q3; default: the last one that is complete.")
    ] = None,
    known_at: Annotated[
        datetime | None,
        typer.Option(
            "--known-at", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            help="With the data as it had been received by this moment, in UTC; default: as known now.",
        ),
    ] = None,
    map_of_then: Annotated[
        bool, typer.Option("--map-of-then", help="Each day under the stored map that was in effect on it.")
    ] = False,
    rerun: Annotated[bool, typer.Option("--rerun", help="Run every day again, not only missing ones.")] = False,
    provisional: Annotated[
        bool, typer.Option("--provisional", help="Make a report, stamped as provisional, although days are missing.")
    ] = False,
) -> None:  # fmt: skip
    """Audit a quarter: every entity, system, copy and threshold, owners' records, and what changed.

    Days of the quarter that were not run are run first, in one go; after a kill, enter the same command. A quarter with
    missing days is refused unless it may be provisional. Exit code 1 when an answer of the map does not hold.
    """
    company = inputs.loaded.map.company
    asked = (
        quarter_named(quarter, company)
        if quarter
        else quarter_before(quarter_on(last_day_of(inputs), company), company)
    )
    known = Known(known_at.replace(tzinfo=UTC) if known_at else None, map_of_then)
    with progress_shown() as tell:
        days = run_quarter(quarter_days(inputs, asked, known), rerun, tell)
    if not provisional:
        require_complete(days)
    sheet = audit_of(days)
    page = keep_audit(days, sheet)
    out.print(audit_summary(sheet))
    out.print(f"For the leadership: {page}", highlight=False, soft_wrap=True)
    out.print(f"Evidence: {page.with_name('evidence.html')}", highlight=False, soft_wrap=True)
    raise typer.Exit(1 if (sheet.findings["severity"] == "breach").any() else 0)
