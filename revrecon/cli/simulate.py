"""The command that plays a stretch of days through, with its standups and what they decided."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from revrecon.audit.quarter import quarter_on
from revrecon.cli.consoles import err, out, progress_shown
from revrecon.cli.openings import inputs_of, told_plainly
from revrecon.cli.options import A_DAY, DEFAULT_MAP, DataOption, MapOption
from revrecon.daily.auditing import audit_of, keep_audit
from revrecon.daily.decisions_file import decisions_of_file
from revrecon.daily.playing import PlayedDay, own_map, play
from revrecon.daily.quarter import Known, quarter_days
from revrecon.daily.run import Inputs
from revrecon.entity_map.loader import load_map
from revrecon.reports.formats import plural
from revrecon.reports.terminal_audit import audit_summary

DEFAULT_PLAYED = Path(".revrecon-played")


@told_plainly
def simulate(
    first: Annotated[datetime, typer.Option("--from", formats=A_DAY, help="The first day.")],
    last: Annotated[datetime, typer.Option("--to", formats=A_DAY, help="The last day.")],
    decisions: Annotated[
        Path | None,
        typer.Option("--decisions", help="A YAML list of what the standups decided.", exists=True, dir_okay=False),
    ] = None,
    map_path: MapOption = DEFAULT_MAP,
    data: DataOption = None,
    home: Annotated[
        Path, typer.Option("--home", help="A home of its own, where days, tickets and packs go.")
    ] = DEFAULT_PLAYED,
) -> None:
    """Play days through as they would have been run: each night the reconciliation, each week the standup.

    Decisions of the file are taken at their standups, amend a copy of the map in that home, and count from the next day
    on. A quarter that was played to its end is audited. What was played already is not run again: after a kill, enter
    the same command.
    """
    inputs = own_map(inputs_of(map_path, data, home))
    taken = decisions_of_file(decisions, first.date()) if decisions else []
    played = []
    with progress_shown() as tell:
        for day in play(inputs, first.date(), last.date(), taken, tell):
            played.append(day)
            line = _played_line(day)
            if line is not None:
                err.print(line)
    out.print(_played_summary(played, inputs.home.reports))
    for page in _audits(inputs, played):
        out.print(f"Audit for the leadership: {page}", highlight=False, soft_wrap=True)


def _audits(inputs: Inputs, played: Sequence[PlayedDay]) -> Iterator[Path]:
    """The pages of every quarter whose last day was played, told as they are made."""
    now = replace(inputs, loaded=load_map(inputs.loaded.path))
    company = now.loaded.map.company
    for quarter in dict.fromkeys(quarter_on(day.day, company) for day in played):
        if quarter.last <= played[-1].day:
            days = quarter_days(now, quarter, Known())
            sheet = audit_of(days)
            out.print(audit_summary(sheet))
            yield keep_audit(days, sheet)


def _played_line(day: PlayedDay) -> RenderableType | None:
    """What happened on a day, in a line; None on a day on which nothing did."""
    told = [f"{name} opened" for name in day.opened] + [f"{name} resolved" for name in day.resolved]
    told += [f"standup pack {day.pack.name}"] if day.pack else []
    told += [f"decided: {one.what}" for one in day.decided]
    return Text(f"{day.day}  {'; '.join(told)}") if told else None


def _played_summary(played: Sequence[PlayedDay], reports: Path) -> RenderableType:
    """What all days left behind."""
    if not played:
        return Text("No day was played.")
    opened, resolved = (sum(len(getattr(day, name)) for day in played) for name in ("opened", "resolved"))
    packs = sum(day.pack is not None for day in played)
    decided = sum(len(day.decided) for day in played)
    last = played[-1]
    lines = [
        f"{plural(len(played), 'day')} from {played[0].day} to {last.day}.",
        f"Tickets: {opened:,} opened, {resolved:,} resolved, {last.live:,} live, {last.escalated:,} of them escalated.",
        f"{plural(packs, 'standup pack')}, {plural(decided, 'decision')}; the map is version {last.map_version}.",
        f"Reports: {reports}",
    ]
    return Group(*(Text(line) for line in lines))
