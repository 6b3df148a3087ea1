"""Commands about maps, old and new: what a change would do, the stored versions, and keeping an old one."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from revrecon.cli.consoles import err, out
from revrecon.cli.draft import draft
from revrecon.cli.openings import told_plainly
from revrecon.cli.options import A_DAY, DEFAULT_HOME, DEFAULT_MAP, AsOfOption, HomeOption, MapOption
from revrecon.daily.day import newest_day
from revrecon.daily.home import Home, open_home
from revrecon.daily.kept_maps import keep_map
from revrecon.daily.map_change import map_change
from revrecon.entity_map.loader import LoadedMap, load_map
from revrecon.history.map_store import MapStore
from revrecon.reports.map_change import as_json, as_markdown
from revrecon.reports.terminal_map_change import map_change_table, versions_table

map_app = typer.Typer(
    no_args_is_help=True,
    help="Maps: a beginning from a system's metadata, what a change would do, and which were in effect.",
)


@map_app.callback()
def group() -> None:
    """Maps: a beginning from a system's metadata, what a change would do, and which were in effect."""


@told_plainly
def diff(
    old: Annotated[str, typer.Argument(help="A map: a file, or a stored one by version, SHA-256 or 12@0a1b2c3d.")],
    new: Annotated[str, typer.Argument(help="The other one; default: today's.")] = "",
    form: Annotated[
        Literal["table", "md", "json"], typer.Option("--format", help="A table, a Markdown page, or JSON.")
    ] = "table",
    map_path: MapOption = DEFAULT_MAP,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
) -> None:
    """Show what a change of the map would do: answers, money, verdicts, and whose they are.

    Figures are worked out under both maps on the day and at the end of the quarter before it. Nothing is written.
    """
    opened = open_home(home)
    before, after = _map(old, opened), _map(new, opened) if new else load_map(map_path)
    day = as_of.date() if as_of else newest_day(opened, after.map)
    with err.status("comparing the maps") as status:
        change = map_change(opened, before, after, day, lambda what: status.update(what))
    if form == "table":
        out.print(map_change_table(change), highlight=False)
    else:
        sys.stdout.write(as_json(change) if form == "json" else as_markdown(change))


def _map(asked: str, home: Home) -> LoadedMap:
    """The map in a file, or one of the store. Raises NoSuchMap and MapProblems."""
    path = Path(asked)
    return load_map(path) if path.is_file() else MapStore(home.maps).find(asked).load()


@told_plainly
def versions(home: HomeOption = DEFAULT_HOME) -> None:
    """List every map that was ever run or kept, with the day from which it counts."""
    out.print(versions_table(MapStore(open_home(home).maps).all()))


@told_plainly
def keep(
    path: Annotated[Path, typer.Argument(help="An old map, such as one from version control.")],
    since: Annotated[
        datetime | None,
        typer.Option(formats=A_DAY, help="The day from which it counted, where its own history does not say."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Keep an old map in the store, so that days of its time can be run under it: revrecon run --map-of-then."""
    stored = keep_map(open_home(home), load_map(path), since.date() if since else None, by="command line")
    out.print(f"{stored.name} of {stored.company} is kept, in effect from {stored.effective}.", highlight=False)


for command in (draft, diff, versions, keep):
    map_app.command()(command)
