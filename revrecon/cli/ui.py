"""The command that opens Dagster."""

import os
import subprocess
from typing import Annotated

import typer

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_inputs
from revrecon.daily.run import Inputs


@over_inputs
def ui(
    inputs: Inputs,
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 3000,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="For viewers: shows everything, changes nothing, runs no schedules.")
    ] = False,
) -> None:
    """Open Dagster on loopback, with its own DAGSTER_HOME inside the project and telemetry off.

    It has no login: docs/ui.md shows how to put it behind a proxy that has one.
    """
    from revrecon.dagster_defs.local_instance import dagster_command, dagster_environment, viewers_command

    environment = {**os.environ, **dagster_environment(inputs.home, inputs.loaded.path.resolve(), inputs.data_root)}
    out.print(f"Dagster: http://127.0.0.1:{port}  (stop it with Ctrl-C)", highlight=False)
    raise typer.Exit(subprocess.call(viewers_command(port) if read_only else dagster_command(port), env=environment))
