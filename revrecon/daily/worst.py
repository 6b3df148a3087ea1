"""The worst entity of a day, and its page, gathered from what the day left behind."""

from collections import Counter
from pathlib import Path

import polars as pl

from revrecon.daily.day import Day
from revrecon.daily.of_numbers import of_numbers
from revrecon.daily.outcomes import live_tickets
from revrecon.daily.standup import waiting_for_stewards
from revrecon.daily.steps import all_day_findings, all_day_verdicts
from revrecon.daily.timing import kept_or_made_timing
from revrecon.numbers.blame import blamed
from revrecon.reports.worst.files import write_worst
from revrecon.reports.worst.six_questions import Evidence, WorstPage, worst_page


def worst_of(day: Day) -> WorstPage:
    """The page of the entity that causes the worst disagreement. Raises TableMissing before the day was run."""
    findings, tickets = all_day_findings(day), live_tickets(day)
    live = Counter(ticket.entity for ticket in tickets)
    bridges, items = of_numbers(day, "bridges"), of_numbers(day, "bridge_items")
    blame = blamed(day.map, bridges, items, findings, dict(live))
    name = blame["entity"][0]
    return worst_page(day.map, day.as_of, blame, _evidence(day, name, findings), tickets)


def keep_worst(day: Day) -> tuple[WorstPage, Path]:
    """Write the page below the home's reports; what it says, and where it is."""
    page = worst_of(day)
    return page, write_worst(page, day.home.reports)


def _evidence(day: Day, name: str, findings: pl.DataFrame) -> Evidence:
    here = day.world.entities[name]
    mine = pl.col("entity") == name
    return Evidence(
        canonical=here.canonical,
        copies={copy: known.records.height for copy, known in here.copies.items()},
        verdicts=all_day_verdicts(day).filter(mine),
        findings=findings.filter(mine),
        waiting=waiting_for_stewards(day).filter(mine).height,
        timing=kept_or_made_timing(day).record.filter(mine),
    )
