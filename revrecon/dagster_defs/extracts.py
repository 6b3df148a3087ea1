"""Extract assets: each object of each system, landed in the lake up to the partition's day."""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import Plan, extract_key, safe
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.shown import table_metadata
from revrecon.history.lake import NothingKnown
from revrecon.history.landing import land_or_go_on
from revrecon.sources.contract import SourceError

OUTSIDE_WORLD = dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""The outside world fails for a while; data and maps do not get better by trying again."""


def extract_assets(plan: Plan) -> Iterator[dg.AssetsDefinition]:
    """One asset per object of every system."""
    for system in plan.map.systems:
        for object_name in plan.map.systems[system].objects:
            yield _extract(plan, system, object_name)


def _extract(plan: Plan, system_name: str, object_name: str) -> dg.AssetsDefinition:
    system = plan.map.systems[system_name]
    spec = system.objects[object_name]
    key = extract_key(system_name, object_name)

    @dg.asset(
        key=key,
        partitions_def=plan.days,
        group_name=f"extracts_{safe(system_name)}",
        description=f"{object_name} of {system.title}, as it said it, up to the day. Clock: {system.clock}.",
        owners=plan.emails(system.representative),
        kinds={system.connector, "parquet"},
        pool=f"source_{safe(system_name)}",
        retry_policy=OUTSIDE_WORLD,
        code_version=plan.code_version,
        check_specs=[
            dg.AssetCheckSpec(
                "every_row_could_be_read",
                asset=key,
                description="No row of any extract up to the day was put into quarantine.",
                partitions_def=plan.days,
            ),
            dg.AssetCheckSpec(
                "the_system_answered",
                asset=key,
                description="The system could be read; otherwise its last state is used, and said to be stale.",
                partitions_def=plan.days,
            ),
        ],
    )
    def extract(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        day = date.fromisoformat(context.partition_key)
        lake = desk.lake()
        before = len(lake.kept(system_name, object_name, day))
        try:
            silence = land_or_go_on(desk.source(system_name), lake, system_name, object_name, spec, day)
        except SourceError as error:
            raise dg.Failure(description=str(error), allow_retries=error.may_pass) from error
        if silence is not None and context.retry_number < OUTSIDE_WORLD.max_retries:
            raise dg.Failure(description=str(silence)) from silence
        try:
            state = lake.state(system_name, object_name, spec, day)
        except NothingKnown as nothing:
            context.log.warning(str(nothing))
            return Materialized(
                metadata={"dagster/row_count": 0, "note": str(nothing)}, check_results=[_no_rows(), _answered(silence)]
            )
        lost = lake.quarantined(system_name, object_name, day)
        return Materialized(
            metadata={
                **table_metadata(state),
                "extracts_landed_now": len(lake.kept(system_name, object_name, day)) - before,
                "rows_in_quarantine": lost.height,
            },
            check_results=[
                _answered(silence),
                dg.AssetCheckResult(
                    check_name="every_row_could_be_read",
                    passed=lost.is_empty(),
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata={"rows_in_quarantine": lost.height},
                ),
            ],
        )

    return extract


def _answered(silence: SourceError | None) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name="the_system_answered",
        passed=silence is None,
        severity=dg.AssetCheckSeverity.ERROR,
        description=str(silence) if silence else None,
    )


def _no_rows() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name="every_row_could_be_read",
        passed=False,
        severity=dg.AssetCheckSeverity.WARN,
        description="Not run: nothing was ever received.",
    )
