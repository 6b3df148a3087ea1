"""The command that asks every system whether a run would find what the map names."""

import typer
from rich.text import Text

from revrecon.cli.consoles import out
from revrecon.cli.openings import over_inputs
from revrecon.cli.options import SystemOption
from revrecon.daily.examining import SystemExamined, examined, lake_examined
from revrecon.daily.names import known_system
from revrecon.daily.run import Inputs
from revrecon.reports.terminal_bridges import plain_table


@over_inputs
def doctor(
    inputs: Inputs,
    system: SystemOption = None,
) -> None:
    """Ask each system: does the login work, how much may still be asked, is every mapped column there?

    Where the lake stands in an object store, that is tried too. Nothing is changed. Exit code 1 where something is
    lacking, with what to do about it.
    """
    lake = lake_examined(inputs)
    if lake is not None:
        _show(lake)
    names = [known_system(inputs.loaded.map, system)] if system else list(inputs.loaded.map.systems)
    found = [lake] if lake is not None else []
    for name in names:
        found.append(examined(inputs, name))
        _show(found[-1])
    if not all(one.is_well for one in found):
        raise typer.Exit(1)


def _show(one: SystemExamined) -> None:
    state = Text("well", style="green") if one.is_well else Text("lacking", style="red")
    out.print(Text.assemble((one.name, "bold"), f" ({one.connector}): ", state, f"  {one.says}"), highlight=False)
    if one.trouble:
        out.print(Text(f"  {one.trouble}", style="red"))
    if one.objects:
        table = plain_table("Object", "It says", "Trouble")
        for each in one.objects:
            table.add_row(Text(each.name), Text(each.says), Text("\n".join(each.troubles), style="red"))
        out.print(table)
    for sentence in one.cannot_see:
        out.print(Text(f"  not seen: {sentence}", style="dim"))
