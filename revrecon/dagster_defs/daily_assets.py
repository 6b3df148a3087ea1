"""What the assets of a day have in common: their partitions, their version, their checks, and how they refuse."""

from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from typing import Any

import dagster as dg

from revrecon.dagster_defs.names import Plan

Body = Callable[..., Any]
_USUAL = frozenset({"polars"})


def daily_asset(
    plan: Plan,
    key: dg.AssetKey,
    *,
    group: str,
    description: str,
    deps: Sequence[dg.AssetKey] = (),
    owners: Sequence[str] = (),
    kinds: Set[str] = _USUAL,
    pool: str | None = None,
    retries: dg.RetryPolicy | None = None,
    checks: Sequence[dg.AssetCheckSpec] = (),
) -> Callable[[Body], dg.AssetsDefinition]:
    """Makes an asset, one per day, of a body. Its version is that of the map, so that Dagster shows what is out of
    date; `owners` are addresses (`Plan.emails`)."""
    return dg.asset(
        key=key,
        partitions_def=plan.days,
        deps=deps,
        group_name=group,
        description=description,
        owners=owners,
        kinds={*kinds},
        pool=pool,
        retry_policy=retries,
        code_version=plan.code_version,
        check_specs=checks,
    )


def daily_check(plan: Plan, key: dg.AssetKey, name: str, description: str) -> dg.AssetCheckSpec:
    """A check of an asset, with a result per day."""
    return dg.AssetCheckSpec(name, asset=key, description=description, partitions_def=plan.days)


@contextmanager
def final(*troubles: type[Exception]) -> Iterator[None]:
    """Troubles of these kinds end the step with their sentence, and trying again would not mend them."""
    try:
        yield
    except troubles as trouble:
        raise dg.Failure(description=str(trouble), allow_retries=False) from trouble
