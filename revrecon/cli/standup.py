"""The command that makes the weekly standup pack."""

from datetime import datetime
from typing import Annotated

import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_a_day
from revrecon.cli.options import A_DAY
from revrecon.daily.day import Day
from revrecon.daily.standup import keep_standup, meeting_after, week_of
from revrecon.reports.terminal_standup import standup_summary


@over_a_day
def standup(
    day: Day,
    meets_on: Annotated[
        datetime | None,
        typer.Option("--meets-on", formats=A_DAY, help="The day of the meeting; default: the first one after the day."),
    ] = None,
) -> None:
    """Make the pack for the weekly standup: agenda, who owes what, what came and went, what to decide.

    Written as HTML, Markdown and a workbook below the home's reports/standup, named after the day of the meeting.
    """
    meeting = meets_on.date() if meets_on else meeting_after(day.map.rhythms, day.as_of).on
    out.print(standup_summary(week_of(day, meeting)))
    page = keep_standup(day, meeting)
    out.print(f"Pack: {page} (and .md, .xlsx beside it)", highlight=False, soft_wrap=True)
