"""Commands that look at a day: one finding."""

from typing import Annotated

import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_a_day
from revrecon.daily.day import Day
from revrecon.daily.explain import explained
from revrecon.daily.steps import all_day_findings


@over_a_day
def explain(
    day: Day,
    finding: Annotated[str, typer.Argument(help="A finding's signature, its beginning, or a record's id.")],
) -> None:
    """Explain a finding, or all that was found about a record: what, where, since when, and whose it is."""
    out.print(explained(day, all_day_findings(day), finding))
