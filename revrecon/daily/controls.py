"""Input controls held against what a system says of itself, and against what its records show."""

import polars as pl

from revrecon.daily.day import Day
from revrecon.daily.steps import all_day_findings
from revrecon.entity_map.systems import FilesSystem
from revrecon.quality.controls.compared import Told, controls_compared
from revrecon.sources.live.system import THE_WORLD, Outside
from revrecon.sources.registry import open_live


def told_controls(day: Day, system: str, outside: Outside = THE_WORLD) -> pl.DataFrame | None:
    """COMPARED_SCHEMA and `broken`: how many records of the day break the rule; None for a system read from files.

    A control that is there while records break its rule is `bypassed`: they are older than it, or came past it.
    Raises SourceError.
    """
    if isinstance(day.map.systems[system], FilesSystem):
        return None
    source = open_live(day.map, system, outside)
    told = {}
    for name in day.map.systems[system].objects:
        asked = source.asked(name)
        told[name] = Told(source.client.columns(asked), source.client.rules(asked))
    broken = all_day_findings(day).group_by("system", "object", "rule").agg(pl.len().alias("broken"))
    found = controls_compared(day.map, system, told).join(broken, on=["system", "object", "rule"], how="left")
    passed = (pl.col("state") == "there") & (pl.col("broken") > 0)
    return found.with_columns(pl.col("broken").fill_null(0)).with_columns(
        pl.when(passed).then(pl.lit("bypassed")).otherwise("state").alias("state")
    )
