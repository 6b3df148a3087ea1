"""The command that says what to do first."""

from rich.text import Text

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_a_day
from revrecon.daily.day import Day
from revrecon.daily.worst import keep_worst


@over_a_day
def worst(
    day: Day,
) -> None:
    """Name the entity that causes the worst disagreement, and make the page of its six questions: what to do first."""
    page, path = keep_worst(day)
    out.print(Text(f"{page.title} (owner {page.owner})", style="bold"))
    out.print(Text(page.why))
    for number, step in enumerate(page.steps, 1):
        out.print(Text(f"  {number}. {step}"))
    for title, score, findings in page.others:
        out.print(Text(f"Then {title}: {score}, {findings} findings", style="dim"))
    out.print(f"Page: {path} (and .md beside it)", highlight=False, soft_wrap=True)
