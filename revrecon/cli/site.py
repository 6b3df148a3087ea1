"""The command that publishes the Entity Map as a small static site."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_inputs
from revrecon.cli.options import AsOfOption
from revrecon.daily.day import Day
from revrecon.daily.run import Inputs
from revrecon.daily.site import publish_site
from revrecon.reports.formats import plural


@over_inputs
def site(
    inputs: Inputs,
    to: Annotated[
        Path | None, typer.Option("--to", help="The folder to write it into; default: the home's reports/site.")
    ] = None,
    as_of: AsOfOption = None,
) -> None:
    """Publish the map as a small static site: a page per entity, number, system and person, with what is missing.

    It works from a folder, a share or any web server, without network and without a run: then it shows the map alone.
    """
    day = Day(inputs.loaded, inputs.home, as_of.date() if as_of else datetime.now(UTC).date())
    folder = to or inputs.home.reports / "site"
    page, state = publish_site(inputs, day, folder)
    pages = len(list(folder.rglob("*.html")))
    told = f"as of {state.as_of}" if state.as_of else "no day was run yet: it shows the map alone"
    out.print(f"{plural(pages, 'page')}, {told}. Open {page}", highlight=False, soft_wrap=True)
