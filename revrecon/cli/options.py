"""Options and arguments that several commands take, each in the same words."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_MAP, DEFAULT_HOME = Path("entity_map.yaml"), Path(".revrecon")
A_DAY = ["%Y-%m-%d"]
"""How a day is entered."""

MapOption = Annotated[Path, typer.Option("--map", help="The Entity Map.", envvar="REVRECON_MAP")]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Root of the file exports; default: data/ beside the map.", envvar="REVRECON_DATA"),
]
HomeOption = Annotated[
    Path, typer.Option("--home", help="Where lake, warehouse, ledger and reports live.", envvar="REVRECON_HOME")
]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", "--day", formats=A_DAY, help="The day, as YYYY-MM-DD; default: the last day with data."),
]
SystemOption = Annotated[str | None, typer.Option("--system", help="Only this system of the map.")]
EntityOption = Annotated[str | None, typer.Option("--entity", help="Only this entity of the map.")]
NumberOption = Annotated[str | None, typer.Option("--number", help="Only this number of the map.")]
ByOption = Annotated[str, typer.Option("--by", help="Who decides: a person of the map.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason, for whoever asks in a year.")]
