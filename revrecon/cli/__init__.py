"""The command line: run a day, ask for one bridge, explain a finding, look at the tickets.

Exit codes: 0 fine, 1 something is in breach, 2 could not run.
"""

import os
from collections.abc import Callable
from typing import Any

import typer

from revrecon.cli import (
    audit,
    bridges,
    clean_up,
    controls,
    days,
    decide,
    doctor,
    erase,
    figures,
    health,
    hierarchy,
    looks,
    map_changes,
    maps,
    move_lake,
    publish,
    retain,
    review,
    sandbox,
    simulate,
    site,
    standup,
    tickets,
    tie_out,
    timing,
    trail,
    ui,
    worst,
    write_back,
)

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="[bold]RevRecon[/bold] makes a company's disagreeing numbers explain themselves.\n\n"
    "Start with [bold]revrecon demo[/bold]. Point it at your own exports with --map and --data.\n\n"
    "Exit codes: 0 fine, 1 something is in breach, 2 could not run.",
)

_COMMANDS: dict[str, list[Callable[..., Any]]] = {
    "Run": [days.demo, days.run, standup.standup, simulate.simulate, audit.audit, days.export, ui.ui],
    "The home": [health.health, retain.retain, erase.erase, move_lake.move_lake],
    "Numbers and why they differ": [
        tie_out.tie_out,
        bridges.bridge,
        bridges.accounting,
        figures.figures,
        figures.verify,
        figures.restatements,
        trail.trail,
    ],
    "Records and what is wrong": [looks.explain, hierarchy.hierarchy, timing.timing],
    "What to do about it": [worst.worst, clean_up.clean_up, controls.controls],
    "The map and its systems": [maps.check, doctor.doctor, maps.schema, site.site, sandbox.sandbox],
}  # fmt: skip
"""The commands by the panel of `--help` in which they stand."""

for panel, commands in _COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
app.add_typer(tickets.app, name="tickets", rich_help_panel="Records and what is wrong")
app.add_typer(review.review_app, name="review", rich_help_panel="Records and what is wrong")
app.add_typer(decide.app, name="decide", rich_help_panel="What to do about it")
app.add_typer(write_back.app, name="write-back", rich_help_panel="What to do about it")
app.add_typer(publish.app, name="publish", rich_help_panel="Run")
app.add_typer(map_changes.map_app, name="map", rich_help_panel="The map and its systems")


def main() -> None:
    """The `revrecon` command. Whatever it and what it starts write is readable by its owner only."""
    os.umask(0o077)
    app()
