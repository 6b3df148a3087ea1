"""What `revrecon bridge` does with --by, --top, --of and --save."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from revrecon.cli.consoles import out
from revrecon.daily.day import Day
from revrecon.entity_map.causes import CAUSES
from revrecon.entity_map.problems import did_you_mean, listed
from revrecon.findings import CATEGORIES
from revrecon.numbers.versions import NoSuchLens
from revrecon.reports.bridges.apart import breakdown_view, movers_view
from revrecon.reports.bridges.files import save_bridges
from revrecon.reports.bridges.taken import TakenBridge
from revrecon.reports.bridges.terminal import breakdown_table, movers_table


@dataclass(frozen=True)
class Apart:
    """How a bridge is to be taken apart: by a dimension, into its largest records, of one category; and where to."""

    by: str | None
    top: int
    of: str | None
    save: Path | None

    @property
    def asked(self) -> bool:
        """Whether anything of it was asked for."""
        return bool(self.by or self.top or self.of or self.save)


def known_cause(asked: str) -> str:
    """A category or a cause by its name. Raises NoSuchLens with the nearest."""
    if asked in CATEGORIES or asked in CAUSES:
        return asked
    near = did_you_mean(asked, [*CATEGORIES, *CAUSES])
    raise NoSuchLens(
        f"'{asked}' is no category or cause; categories are {listed(CATEGORIES)}{f'; {near}' if near else '.'}"
    )


def show_apart(day: Day, bridges: Sequence[TakenBridge], apart: Apart) -> None:
    """Put bridges, taken apart, on the console, and save them where that was asked for. Raises NoSuchForm."""
    if apart.save:
        for path in save_bridges(bridges, day.as_of, apart.save):
            out.print(f"Saved {path}", highlight=False)
    for bridge in bridges if apart.by or apart.top or apart.of else ():
        narrowed = bridge.only(apart.of) if apart.of else bridge
        if apart.by:
            out.print(breakdown_table(bridge.view, breakdown_view(narrowed, apart.by), apart.of or ""), "")
        if apart.top or not apart.by:
            out.print(movers_table(bridge.view, movers_view(narrowed, apart.top or 12), apart.of or ""), "")
