"""Commands about the audit trail: who did what and when, and whether the ledger is what was written."""

from collections import Counter
from typing import Annotated

import typer
from rich.text import Text

from revrecon.cli.consoles import out
from revrecon.cli.openings import told_plainly
from revrecon.cli.options import DEFAULT_HOME, HomeOption
from revrecon.daily.home import Home, open_home
from revrecon.daily.trail import WATCHED, Act, acts, ledger_examined
from revrecon.reports.formats import plural
from revrecon.reports.terminal_bridges import plain_table

_DEEDS = {"opened": "watched from here on", "found": "was there before", "kept": "written", "erased": "person erased"}


def tell_of_the_ledger(home: Home) -> int:
    """Say whether the audit trail holds; the exit code: 0 it does, 1 it does not."""
    found = ledger_examined(home)
    for fault in found.faults:
        out.print(fault, style="red", highlight=False, markup=False, soft_wrap=True)
    counts = Counter(link.register for link in found.links if link.deed in ("found", "kept"))
    told = [f"{one.called}: {counts[one.name]:,}" for one in WATCHED]
    place, sha256 = found.head
    state = plural(len(found.faults), "fault") if found.faults else "the audit trail is whole"
    out.print(f"{'; '.join(told)}.", highlight=False, soft_wrap=True)
    out.print(f"{state[0].upper()}{state[1:]}; its head is link {place}, {sha256}.", highlight=False, soft_wrap=True)
    return 1 if found.faults else 0


@told_plainly
def trail(
    about: Annotated[str | None, typer.Argument(help="Only acts whose id begins so, such as DEC-0a1b2c3d4e.")] = None,
    most: Annotated[int, typer.Option(help="How many to show.")] = 40,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """List who did what and when, the last act first: decisions, merges, acts on tickets, maps, publications."""
    found = [one for one in acts(open_home(home)) if one.link.deed != "opened"]
    wanted = [one for one in found if about is None or one.link.row.startswith(about)]
    table = plain_table("Link", "When (UTC)", "What", "Id", "By", "Why", title=Text("Audit trail", style="bold"))
    for one in wanted[:most]:
        table.add_row(*(Text(cell) for cell in _cells(one)))
    out.print(table)
    if len(wanted) > most:
        out.print(f"{len(wanted) - most:,} earlier ones: --most {len(wanted)} shows them.", highlight=False)


def _cells(one: Act) -> tuple[str, ...]:
    link = one.link
    return str(link.place), link.at[:19], f"{one.called}: {_DEEDS[link.deed]}", link.row[:16], one.by, one.why
