"""What the site shows beside the map itself: how things stand after the last day that was run."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from revrecon.entity_map.differences import Change
from revrecon.findings import VERDICT_SCHEMA
from revrecon.numbers.frames import BRIDGE_SCHEMA, FIGURE_SCHEMA, STEP_SCHEMA
from revrecon.tickets.model import Ticket


@dataclass(frozen=True)
class VersionOfMap:
    """One version that was in effect, and what it changed against the one before."""

    name: str
    version: int
    effective: date
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class SiteState:
    """A day's verdicts, figures and live tickets, worst first, and the versions of the map.

    `as_of` is None where no day was run.
    """

    as_of: date | None
    verdicts: pl.DataFrame
    figures: pl.DataFrame
    bridges: pl.DataFrame
    steps: pl.DataFrame
    tickets: tuple[Ticket, ...] = ()
    versions: tuple[VersionOfMap, ...] = ()


def not_run(versions: tuple[VersionOfMap, ...] = ()) -> SiteState:
    """Nothing was run yet: the map alone."""
    return SiteState(
        None, pl.DataFrame(schema=VERDICT_SCHEMA), pl.DataFrame(schema=FIGURE_SCHEMA),
        pl.DataFrame(schema=BRIDGE_SCHEMA), pl.DataFrame(schema=STEP_SCHEMA), (), versions,
    )  # fmt: skip
