"""Commands that publish: what is handed to the systems, and recorded."""

from pathlib import Path
from typing import Annotated

import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import day_of, over_a_day, over_dated, run_shown
from revrecon.daily.day import Day
from revrecon.daily.figures import publish_figures
from revrecon.daily.names import known_number
from revrecon.daily.publishing import known_entities, publish
from revrecon.reports.terminal_figures import published_figures_table
from revrecon.reports.terminal_master import published_table

app = typer.Typer(no_args_is_help=True, help="Publish to the systems, and record what was published.")


@app.callback()
def group() -> None:
    """Publish to the systems, and record what was published."""


@app.command("account-master")
@over_a_day
def account_master(
    day: Day,
    to: Annotated[
        Path | None, typer.Option("--to", help="A folder to write the files into as well, such as a share.")
    ] = None,
    entity: Annotated[
        str | None, typer.Option("--entity", help="Only this entity of the map; default: all with a hierarchy.")
    ] = None,
) -> None:
    """Publish the account master: one CSV file per system, with its own keys and columns, and what changed.

    The same content is published once: publishing again changes nothing, and writes lost files anew.
    """
    for name in known_entities(day, entity):
        done = publish(day, name, to)
        out.print(published_table(done.publication, done.fresh))
        for folder in dict.fromkeys(path.parent for path in done.paths):
            out.print(f"Files: {folder}", highlight=False, soft_wrap=True)


@app.command("figures")
@over_dated(lambda inputs, as_of: run_shown(inputs, day_of(inputs, as_of)))
def figures(
    day: Day,
    number: Annotated[
        list[str] | None, typer.Option("--number", help="Only this number of the map; may be given again.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who publishes: a person of the map, or a name.")] = "command line",
) -> None:
    """Publish figures of a day: each with its caption, an id, and everything by which it can be recomputed.

    The daily run publishes those that the map's `publish` names. The same content is published once.
    """
    wanted = [known_number(day.map, name) for name in number] if number else list(day.map.numbers)
    outcomes = publish_figures(day, wanted, by)
    fresh = [outcome.figure for outcome in outcomes if outcome.fresh]
    out.print(published_figures_table(fresh, len(outcomes) - len(fresh)))
