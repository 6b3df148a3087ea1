"""Extract assets: each object of each system, landed in the lake up to the partition's day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import dagster as dg

from revrecon.dagster_defs.daily_assets import daily_asset, daily_check
from revrecon.dagster_defs.desk import Desk
from revrecon.dagster_defs.names import Plan, extract_key, safe
from revrecon.dagster_defs.results import Materialized
from revrecon.dagster_defs.shown import table_metadata
from revrecon.entity_map.systems import SourceObject
from revrecon.history.lake import Lake, NothingKnown
from revrecon.history.landing import land_or_go_on
from revrecon.sources.contract import SourceError

OUTSIDE_WORLD = dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)
"""The outside world fails for a while; data and maps do not get better by trying again."""
_READ, _ANSWERED = "every_row_could_be_read", "the_system_answered"


def extract_assets(plan: Plan) -> Iterator[dg.AssetsDefinition]:
    """One asset per object of every system."""
    for system in plan.map.systems:
        for object_name in plan.map.systems[system].objects:
            yield _extract(plan, system, object_name)


def _extract(plan: Plan, system_name: str, object_name: str) -> dg.AssetsDefinition:
    system = plan.map.systems[system_name]
    key = extract_key(system_name, object_name)

    @daily_asset(
        plan, key,
        group=f"extracts_{safe(system_name)}",
        description=f"{object_name} of {system.title}, as it said it, up to the day. Clock: {system.clock}.",
        owners=plan.emails(system.representative),
        kinds={system.connector, "parquet"},
        pool=f"source_{safe(system_name)}",
        retries=OUTSIDE_WORLD,
        checks=[
            daily_check(plan, key, _READ, "No row of any extract up to the day was put into quarantine."),
            daily_check(
                plan, key, _ANSWERED, "The system could be read; else its last state is used, and said to be stale."
            ),
        ],
    )  # fmt: skip
    def extract(context: dg.AssetExecutionContext, desk: Desk) -> Materialized:
        place = Place(system_name, object_name, system.objects[object_name], date.fromisoformat(context.partition_key))
        before = len(desk.lake().kept(system_name, object_name, place.day))
        silence = _landed(context, desk, place)
        return _state_shown(context, desk.lake(), place, before, silence)

    return extract


@dataclass(frozen=True)
class Place:
    """An object of a system, up to a day."""

    system: str
    name: str
    spec: SourceObject
    day: date


def _landed(context: dg.AssetExecutionContext, desk: Desk, place: Place) -> SourceError | None:
    """Land what is there; why the system is silent, once trying again is given up. Raises Failure."""
    source = desk.source(place.system)
    try:
        silence = land_or_go_on(source, desk.lake(), place.system, place.name, place.spec, place.day)
    except SourceError as error:
        raise dg.Failure(description=str(error), allow_retries=error.may_pass) from error
    if silence is not None and context.retry_number < OUTSIDE_WORLD.max_retries:
        raise dg.Failure(description=str(silence)) from silence
    return silence


def _state_shown(
    context: dg.AssetExecutionContext, lake: Lake, place: Place, before: int, silence: SourceError | None
) -> Materialized:
    """What the lake holds of an object that had so many extracts before; nothing at all is told, and no failure."""
    try:
        state = lake.state(place.system, place.name, place.spec, place.day)
    except NothingKnown as nothing:
        context.log.warning(str(nothing))
        return Materialized(
            metadata={"dagster/row_count": 0, "note": str(nothing)},
            check_results=[_read(None), _answered(silence)],
        )
    lost = lake.quarantined(place.system, place.name, place.day).height
    landed = len(lake.kept(place.system, place.name, place.day)) - before
    return Materialized(
        metadata={**table_metadata(state), "extracts_landed_now": landed, "rows_in_quarantine": lost},
        check_results=[_answered(silence), _read(lost)],
    )


def _answered(silence: SourceError | None) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=_ANSWERED,
        passed=silence is None,
        severity=dg.AssetCheckSeverity.ERROR,
        description=str(silence) if silence else None,
    )


def _read(lost: int | None) -> dg.AssetCheckResult:
    """The verdict on so many rows in quarantine; None where nothing was ever received."""
    return dg.AssetCheckResult(
        check_name=_READ,
        passed=lost == 0,
        severity=dg.AssetCheckSeverity.WARN,
        description="Not run: nothing was ever received." if lost is None else None,
        metadata={} if lost is None else {"rows_in_quarantine": lost},
    )
