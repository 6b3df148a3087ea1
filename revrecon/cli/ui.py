"""The command that opens Dagster."""

import os
import subprocess
from typing import Annotated

import typer

from revrecon.cli.shared import (
    DEFAULT_HOME,
    DEFAULT_MAP,
    DataOption,
    HomeOption,
    MapOption,
    inputs_of,
    out,
    told_plainly,
)


@told_plainly
def ui(
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: HomeOption = DEFAULT_HOME,
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 3000,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="For viewers: shows everything, changes nothing, runs no schedules.")
    ] = False,
) -> None:
    """Open Dagster on loopback, with its own DAGSTER_HOME inside the project and telemetry off.

    It has no login: docs/ui.md shows how to put it behind a proxy that has one.
    """
    from revrecon.dagster_defs.local_instance import dagster_command, dagster_environment, viewers_command

    inputs = inputs_of(map_path, data, home)
    environment = {**os.environ, **dagster_environment(inputs.home, map_path.resolve(), inputs.data_root)}
    out.print(f"Dagster: http://127.0.0.1:{port}  (stop it with Ctrl-C)", highlight=False)
    raise typer.Exit(subprocess.call(viewers_command(port) if read_only else dagster_command(port), env=environment))
