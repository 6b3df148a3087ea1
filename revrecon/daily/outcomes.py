"""What a day leaves behind for people: tickets in the ledger and as files, the report."""

from pathlib import Path

from revrecon.daily.bridge_pages import keep_bridge_pages
from revrecon.daily.day import Day
from revrecon.daily.identity_page import identity_counts, keep_identity
from revrecon.daily.masters import all_day_corrections
from revrecon.daily.of_numbers import of_numbers
from revrecon.daily.reported import all_day_tie_outs, unread_figures
from revrecon.daily.restating import restated_beyond
from revrecon.daily.steps import all_day_findings, all_day_verdicts
from revrecon.daily.timing import kept_or_made_timing
from revrecon.daily.trail import note_head
from revrecon.numbers.bridges import NumberResult
from revrecon.reports.daily import DailySheet, daily_sheet
from revrecon.reports.files import write_report
from revrecon.tickets.facts import facts_of
from revrecon.tickets.ledger import Ledger
from revrecon.tickets.model import Ticket
from revrecon.tickets.post import PostOffice


def keep_tickets(day: Day) -> list[Ticket]:
    """Record the day's verdicts, bring the ticket files up to the last day that was run; the day's live tickets."""
    ledger = Ledger(day.home.ledger)
    findings = all_day_findings(day)
    facts = facts_of(day.map, day.as_of, all_day_verdicts(day), findings)
    ledger.record(day.as_of, facts, findings["signature"].to_list())
    office_of(day).file_away(ledger.tickets(day.map, ledger.last_day() or day.as_of))
    return live_tickets(day, ledger)


def office_of(day: Day) -> PostOffice:
    """Where a day's tickets and alerts go out from."""
    return PostOffice(day.map, day.home.ledger, day.home.root)


def live_tickets(day: Day, ledger: Ledger | None = None) -> list[Ticket]:
    """Tickets that are open on the day, worst first."""
    return (ledger or Ledger(day.home.ledger)).tickets(day.map, day.as_of, live=True)


def sheet_of(day: Day) -> DailySheet:
    """Everything that the day's report says, from the tables of the day."""
    objects = [(system, name) for system in day.map.systems for name in day.map.systems[system].objects]
    lost = {f"{s}/{o}": day.lake.quarantined(s, o, day.as_of).height for s, o in objects}
    newest = {
        system: max(
            (d for o in day.map.systems[system].objects for d in day.lake.days(system, o) if d <= day.as_of),
            default=None,
        )
        for system in day.map.systems
    }
    timing = kept_or_made_timing(day)
    return daily_sheet(
        day.map,
        day.loaded.sha256,
        day.as_of,
        figures=of_numbers(day, "figures"),
        bridges=of_numbers(day, "bridges"),
        steps=of_numbers(day, "bridge_steps"),
        items=of_numbers(day, "bridge_items"),
        findings=all_day_findings(day),
        verdicts=all_day_verdicts(day),
        corrections=all_day_corrections(day),
        timing_claims=timing.claims,
        timing_record=timing.record,
        timing_items=timing.items,
        identity=identity_counts(day),
        tickets=live_tickets(day),
        stale=day.stale,
        not_run=[note for number in day.map.numbers for note in _not_run(day, number)] + unread_figures(day),
        tie_outs=all_day_tie_outs(day),
        quarantined=lost,
        extracts=newest,
        restated=restated_beyond(day),
        map_note=day.map_note,
    )


def _not_run(day: Day, number: str) -> tuple[str, ...]:
    result: NumberResult = day.number(number)
    return result.not_run


def keep_report(day: Day) -> Path:
    """Write the identity page, the numbers' pages and the daily sheet, HTML and the CSV files beside them; the path of
    the sheet."""
    keep_identity(day)
    sheet = sheet_of(day)
    keep_bridge_pages(day, sheet)
    note_head(day.home)
    return write_report(sheet, day.home.reports)
