"""The timing asset: what must clear by when, and the track record, with a check that claims came true."""

import dagster as dg
import polars as pl

from revrecon.dagster_defs.daily_assets import daily_asset, daily_check
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import TIMING_KEY, Plan, bridges_key, drift_key
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.shown import markdown_table, table_metadata
from revrecon.daily.timing import Timing, make_timing
from revrecon.timing.record import WINDOWS

_CHECK = "timing_claims_come_true"
_WINDOW = min(WINDOWS)


def timing_asset(plan: Plan) -> dg.AssetsDefinition:
    """One asset for all copies: their claims refer to one another's systems and bridges."""
    copies = [(entity, copy) for entity, answers in plan.map.entities.items() for copy in answers.replication]

    @daily_asset(
        plan,
        TIMING_KEY,
        group="timing",
        description="Every difference that is called timing: the day by which it must clear, and what became of it.",
        deps=[*(drift_key(*place) for place in copies), *(bridges_key(number) for number in plan.map.numbers)],
        owners=plan.emails(*(plan.map.entities[entity].reconciliation.owner for entity in plan.map.entities)),
        checks=[
            daily_check(
                plan, TIMING_KEY, _CHECK, f"Every claim of the last {_WINDOW} days whose day has come cleared in time."
            )
        ],
    )
    def timing(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        made = make_timing(desk.day(context))
        return Materialized(
            metadata={
                **table_metadata(made.claims),
                "expected_to_clear": markdown_table(_expected(made)),
                "bridge_items": markdown_table(_of_bridges(made.items)),
                "track_record": markdown_table(_track_record(made.record), 60),
            },
            check_results=[_came_true(made.record)],
        )

    return timing


def _expected(made: Timing) -> pl.DataFrame:
    pending = made.claims.filter(pl.col("outcome") == "pending")
    places = ("expected_on", "system", "entity", "copy", "basis")
    grouped = pending.group_by(places).agg(pl.len().alias("differences"), pl.col("amount").sum().alias("net"))
    return grouped.sort(places, nulls_last=True)


def _of_bridges(items: pl.DataFrame) -> pl.DataFrame:
    places = ("expected_on", "number", "period", "definition", "cause", "basis")
    return items.group_by(places).agg(pl.len().alias("items"), pl.col("amount").sum().alias("net")).sort(places)


def _track_record(record: pl.DataFrame) -> pl.DataFrame:
    return record.filter(pl.col("claims") > 0).select(
        "system", "entity", "copy", "window", "claims", "in_time", "late", "never", "pending",
        (pl.col("share_true") * 100).round(1).alias("true_%"), "gross_never", "usual_hours", "limit_hours",
    )  # fmt: skip


def _came_true(record: pl.DataFrame) -> dg.AssetCheckResult:
    made = record.filter(pl.col("window") == _WINDOW)
    counted = {name: int(made[name].sum()) for name in ("claims", "in_time", "late", "never", "pending")}
    decided = counted["in_time"] + counted["late"] + counted["never"]
    shares = {"share_true": counted["in_time"] / decided} if decided else {}
    return dg.AssetCheckResult(
        check_name=_CHECK,
        passed=counted["in_time"] == decided,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={**counted, **shares},
    )
