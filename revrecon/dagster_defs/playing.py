"""Days played through in Dagster: a stretch of past days with its standups, in one run, beside the real home."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import dagster as dg

from revrecon.audit.quarter import quarter_on
from revrecon.dagster_defs.desk import Desk
from revrecon.daily.auditing import audit_of, keep_audit
from revrecon.daily.decisions_file import decisions_of_file
from revrecon.daily.home import open_home
from revrecon.daily.playing import PlayedDay, own_map, play
from revrecon.daily.quarter import Known, quarter_days
from revrecon.daily.run import Inputs
from revrecon.entity_map.loader import load_map


class PlayDays(dg.Config):
    """Which days, and what their standups decided."""

    first: str  # such as 2026-07-01
    last: str
    decisions: str | None = None  # path of a YAML list of decisions


@dg.op(description="Play days through with their standups, in a home of their own; audit a quarter that ends in them.")
def days_and_standups(context: dg.OpExecutionContext, config: PlayDays, desk: Desk) -> None:
    """What the command `revrecon simulate` does, as one run; killed and run again, it goes on where it stopped."""
    inputs = own_map(Inputs(desk.loaded_map(), desk.data_folder, open_home(desk.home.root / "played")))
    first, last = date.fromisoformat(config.first), date.fromisoformat(config.last)
    decisions = decisions_of_file(Path(config.decisions), first) if config.decisions else []
    for day in play(inputs, first, last, decisions):
        context.log.info(_told(day))
    now = replace(inputs, loaded=load_map(inputs.loaded.path))
    quarter = quarter_on(last, now.loaded.map.company)
    if quarter.last == last:
        days = quarter_days(now, quarter, Known())
        context.log.info(f"Audit of {quarter.name}: {keep_audit(days, audit_of(days))}")


def _told(day: PlayedDay) -> str:
    told = [
        f"{len(names)} tickets {what}" for what, names in (("opened", day.opened), ("resolved", day.resolved)) if names
    ]
    told += [f"standup pack {day.pack}"] if day.pack else []
    told += [f"decided: {one.what}" for one in day.decided]
    return f"{day.day}: {'; '.join(told) or 'nothing new'}; {day.live} live"


@dg.job(
    description="Play past days through with their standups and decisions, beside the real home.",
    executor_def=dg.in_process_executor,
    config=dg.RunConfig(ops={"days_and_standups": PlayDays(first="2026-07-01", last="2026-09-30")}),
)
def simulated_quarter() -> None:
    """Days with their standups."""
    days_and_standups()
