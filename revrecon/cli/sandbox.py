"""The command that starts systems to practise on, filled with a company's exports."""

import shlex
import time
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from revrecon.cli.consoles import err, out
from revrecon.cli.openings import told_plainly
from revrecon.cli.options import A_DAY, DEFAULT_MAP, DataOption, MapOption
from revrecon.entity_map.loader import load_map
from revrecon.history.atomic import write_text


@told_plainly
def sandbox(
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=A_DAY, help="The last day of exports that they hold; default: all."),
    ] = None,
    to: Annotated[Path, typer.Option("--to", help="Where the map and the environment are written.")] = Path(
        ".revrecon-sandbox"
    ),
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--also", help="A further product with some made records: odoo, tryton, marketo; may be repeated."
        ),
    ] = None,
    minutes: Annotated[int, typer.Option("--minutes", min=1, help="They stop by themselves after so long.")] = 60,
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
) -> None:
    """Start stand-ins of the products that the exports come from on this machine, filled with them.

    They answer on the loopback only, with made-up logins, and hold nothing when they stop. A map that asks them and
    the environment that it needs are written beside.
    """
    try:
        from revrecon_tests.sandbox.others import OTHERS, opened, with_others
        from revrecon_tests.sandbox.sample import PORTS, Company, secrets
    except ImportError as missing:
        err.print("The sandbox comes with RevRecon's repository, not with this installation of it.", style="red")
        raise typer.Exit(2) from missing
    wanted = list(dict.fromkeys(also or []))
    if unknown := [kind for kind in wanted if kind not in OTHERS]:
        raise typer.BadParameter(f"There is no stand-in for {', '.join(unknown)}; there are {', '.join(OTHERS)}.")
    loaded = load_map(map_path)
    company = Company(loaded.map, (data or map_path.parent / "data").resolve())
    with err.status("filling the systems"):
        company.pass_to(until.date() if until else date.max)
    needed = dict(secrets())
    for kind in wanted:
        needed |= OTHERS[kind].secrets
    with company.open(PORTS.__getitem__) as addresses, opened(wanted) as others:
        live, environment = to / "entity_map.yaml", to / "environment.sh"
        write_text(with_others(company.live_map(loaded.text, addresses, may_write=True), others), live)
        write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in needed.items()), environment)
        for name, address in {**addresses, **others}.items():
            product = company.systems[name][0] if name in company.systems else name
            out.print(f"{name}: {product} at {address}", highlight=False)
        out.print(
            f"\nIn another terminal:\n  . {environment}\n  revrecon doctor --map {live}\n"
            f"  revrecon run --map {live} --home {to / 'home'}\n\nCtrl-C ends it; so do {minutes} minutes.",
            highlight=False, soft_wrap=True,
        )  # fmt: skip
        _wait(minutes * 60)


def _wait(seconds: int) -> None:
    try:
        time.sleep(seconds)
    except KeyboardInterrupt:
        out.print("ended")
