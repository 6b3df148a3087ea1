"""Commands that publish: what is handed to the systems, and recorded."""

from pathlib import Path
from typing import Annotated

import typer

from revrecon.cli.shared import (
    DEFAULT_HOME,
    DEFAULT_MAP,
    AsOfOption,
    DataOption,
    HomeOption,
    MapOption,
    day_of,
    inputs_of,
    out,
    reconciled,
    told_plainly,
)
from revrecon.daily.publishing import known_entities, publish
from revrecon.reports.terminal_master import published_table

app = typer.Typer(no_args_is_help=True, help="Publish to the systems, and record what was published.")


@app.callback()
def group() -> None:
    """Publish to the systems, and record what was published."""


@app.command("account-master")
@told_plainly
def account_master(
    to: Annotated[
        Path | None, typer.Option("--to", help="A folder to write the files into as well, such as a share.")
    ] = None,
    entity: Annotated[
        str | None, typer.Option("--entity", help="Only this entity of the map; default: all with a hierarchy.")
    ] = None,
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Publish the account master: one CSV file per system, with its own keys and columns, and what changed.

    The same content is published once: publishing again changes nothing, and writes lost files anew.
    """
    inputs = inputs_of(map_path, data, home)
    day = reconciled(inputs, day_of(inputs, as_of))
    for name in known_entities(day, entity):
        done = publish(day, name, to)
        out.print(published_table(done.publication, done.fresh))
        for folder in dict.fromkeys(path.parent for path in done.paths):
            out.print(f"Files: {folder}", highlight=False, soft_wrap=True)
