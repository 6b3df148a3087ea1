"""What assets give back: their type, and the check that several of them share."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dagster as dg
import polars as pl

from revrecon.dagster_defs.daily_assets import daily_check
from revrecon.dagster_defs.names import Plan
from revrecon.dagster_defs.shown import markdown_table

if TYPE_CHECKING:
    Materialized = dg.MaterializeResult[None]
else:
    Materialized = dg.MaterializeResult  # Dagster refuses the parametrised type on an asset that has checks

_FOOTS = "every_bridge_foots"


def foots_spec(plan: Plan, key: dg.AssetKey) -> dg.AssetCheckSpec:
    """The check that an asset's bridges leave nothing unexplained."""
    return daily_check(plan, key, _FOOTS, "Reported = closing + steps, with a residual of exactly zero.")


def foots_result(bridges: pl.DataFrame, not_run: Sequence[str] = ()) -> dg.AssetCheckResult:
    """Its verdict on bridges with a `residual`; what was not run is never green."""
    left = bridges.filter(pl.col("residual") != 0)
    return dg.AssetCheckResult(
        check_name=_FOOTS,
        passed=left.is_empty() and not not_run,
        severity=dg.AssetCheckSeverity.WARN if left.is_empty() else dg.AssetCheckSeverity.ERROR,
        description="; ".join(not_run) or None,
        metadata={"with_residual": markdown_table(left)},
    )
