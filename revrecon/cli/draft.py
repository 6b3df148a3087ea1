"""The command that writes the beginning of a system's part of the map, from the system's own metadata."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_inputs
from revrecon.daily.names import known_system
from revrecon.daily.run import Inputs
from revrecon.history.atomic import write_text
from revrecon.sources.live.contract import Asked
from revrecon.sources.live.drafting import Drafted, drafted_map
from revrecon.sources.live.system import LiveSource


@over_inputs
def draft(
    inputs: Inputs,
    system: Annotated[str, typer.Option("--system", help="A system of the map that is asked, not read from files.")],
    objects: Annotated[
        list[str] | None,
        typer.Option("--object", help="An object by the system's own name; several may be named. Default: the map's."),
    ] = None,
    to: Annotated[Path | None, typer.Option("--to", help="The file to write; default: to the terminal.")] = None,
) -> None:
    """Write the beginning of a system's part of the map: its objects, fields, types and the controls that are there.

    The map itself stays as it is. Without any object, the names of all that the system holds are shown.
    """
    source = inputs.source(known_system(inputs.loaded.map, system))
    if not isinstance(source, LiveSource):
        raise typer.BadParameter(f"{system} is read from files, which tell nothing of their columns.")
    wanted = objects or list(source.system.objects)
    if not wanted:
        out.print(f"{system} holds: {', '.join(source.client.tables() or ['nothing that it lists'])}", highlight=False)
        return
    told = drafted_map(system, [_drafted(source, name) for name in wanted])
    if to is None:
        sys.stdout.write(told)
        return
    write_text(told, to)
    out.print(f"Written to {to}. Take what you need of it into the map, and run revrecon check.", highlight=False)


def _drafted(source: LiveSource, name: str) -> Drafted:
    spec = source.system.objects.get(name)
    table = spec.table if spec is not None and spec.table else name
    asked = Asked(object=name, table=table, columns=(), key=(), created=None, changed=None, only=None)
    return Drafted(name, table, source.client.columns(asked))
