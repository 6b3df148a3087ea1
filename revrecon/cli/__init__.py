"""The command line: run a day, ask for one bridge, explain a finding, look at the tickets.

Exit codes: 0 fine, 1 something is in breach, 2 could not run.
"""

import typer

from revrecon.cli import days, hierarchy, looks, maps, publish, review, tickets, ui

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="[bold]RevRecon[/bold] makes a company's disagreeing numbers explain themselves.\n\n"
    "Start with [bold]revrecon demo[/bold]. Point it at your own exports with --map and --data.\n\n"
    "Exit codes: 0 fine, 1 something is in breach, 2 could not run.",
)
for command in (
    days.demo, days.run, maps.check, looks.bridge, looks.explain, hierarchy.hierarchy, days.export,
    maps.schema, ui.ui,
):  # fmt: skip
    app.command()(command)
app.add_typer(tickets.app, name="tickets")
app.add_typer(review.review_app, name="review")
app.add_typer(publish.app, name="publish")


def main() -> None:
    """The `revrecon` command."""
    app()
