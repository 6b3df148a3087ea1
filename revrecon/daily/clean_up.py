"""The clean-up lists of a day, worked out from its tables, and their files per system."""

from pathlib import Path

import polars as pl

from revrecon.canonical.account_master import entities_with_a_tree
from revrecon.daily.day import Day
from revrecon.daily.masters import kept_or_made_hierarchy
from revrecon.daily.of_numbers import of_numbers
from revrecon.daily.steps import all_day_findings
from revrecon.decisions.clean_up import CLEAN_UP_SCHEMA, clean_up
from revrecon.quality.links import LINK_SCHEMA
from revrecon.reports.clean_up import masked_changes, write_clean_up


def changes_of(day: Day) -> pl.DataFrame:
    """Every change of a day that was run (CLEAN_UP_SCHEMA), personal values in full. Raises TableMissing."""
    links = [kept_or_made_hierarchy(day, entity).links for entity in entities_with_a_tree(day.map)]
    shaped = [frame.select(*LINK_SCHEMA).unique(maintain_order=True) for frame in links]
    return clean_up(
        day.map, day.world, all_day_findings(day), pl.concat([pl.DataFrame(schema=LINK_SCHEMA), *shaped]),
        of_numbers(day, "bridge_items"),
    )  # fmt: skip


def chosen(changes: pl.DataFrame, system: str | None = None, entity: str | None = None) -> pl.DataFrame:
    """Those of one system or one entity."""
    for name, wanted in (("system", system), ("entity", entity)):
        changes = changes if wanted is None else changes.filter(pl.col(name) == wanted)
    return changes.select(*CLEAN_UP_SCHEMA)


def keep_clean_up(day: Day) -> list[Path]:
    """Write a page, a workbook and a CSV file per system below the home's reports; personal values masked."""
    return write_clean_up(day.map, masked_changes(day.map, changes_of(day)), day.as_of, day.home.reports)
