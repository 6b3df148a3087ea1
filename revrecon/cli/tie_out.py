"""The command that ties reported figures out."""

import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_a_day
from revrecon.daily.day import Day
from revrecon.daily.reported import all_day_tie_outs, unread_figures
from revrecon.reports.tie_out_views import tie_out_table


@over_a_day
def tie_out(
    day: Day,
) -> None:
    """Compare what departments reported with what their own records give. Exit code 1 when a figure does not tie."""
    found = all_day_tie_outs(day)
    if found.is_empty():
        out.print("No department's figure was typed in: name a file of them as `reported` of a definition in the map.")
    else:
        out.print(tie_out_table(day.map, found))
    for problem in unread_figures(day):
        out.print(f"Not read: {problem}", style="yellow", markup=False, highlight=False)
    raise typer.Exit(0 if found["verdict"].is_in(["pass", "replaced"]).all() else 1)
