"""The as-of step of a walk: what another day of the world moves, and what another day of the rates moves by itself."""

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.numbers.converting import at_the_rates_of
from revrecon.numbers.lens import Lens, contribution
from revrecon.numbers.moments import Period
from revrecon.numbers.orders import CORNERS, is_set
from revrecon.numbers.walk import Walk, moved


def as_of_pieces(entity_map: EntityMap, walk: Walk) -> pl.DataFrame:
    """What the step moves, per unit: first `timing.as_of`, the world's day at the department's rates, then
    `timing.exchange_rate`, the rates' day alone."""
    before, after = walk.under_canonical_tree, walk.at_canonical_moment
    then, now = walk.own_moment, walk.canonical_moment
    detail = f"as of {then.as_of} instead of {now.as_of}"
    if is_set(walk.start, "as_of") or then.conversion == now.conversion:
        return _piece(moved(before, after), "timing.as_of", detail)
    lens = walk.ends.lens(walk.start | CORNERS["data"] | CORNERS["tree"] | CORNERS["as_of"])
    at_own_rates = with_rates_of(entity_map, lens, then, walk.period)
    return pl.concat(
        [
            _piece(moved(before, at_own_rates), "timing.as_of", detail),
            _piece(moved(at_own_rates, after), "timing.exchange_rate", rates_apart(then, now)),
        ]
    )


def with_rates_of(entity_map: EntityMap, lens: Lens, other: World, period: Period) -> pl.DataFrame:
    """What each unit contributes under a lens at the rates of another world (`lenses.CONTRIBUTION_SCHEMA`)."""
    moment = at_the_rates_of(entity_map, lens.moment, other)
    return contribution(entity_map, Lens(lens.definition, lens.department, moment, lens.tree, lens.data), period)


def rates_apart(then: World, now: World) -> str:
    """In words at whose rates amounts are converted: `rates of 2026-02-28 instead of rates of each close_date ...`."""
    one, other = (world.conversion.told() if world.conversion else "" for world in (then, now))
    return f"{one} instead of {other.removeprefix('rates of ')}"


def _piece(rows: pl.DataFrame, cause: str, detail: str) -> pl.DataFrame:
    return rows.with_columns(pl.lit(cause).alias("cause"), pl.lit(detail).alias("detail"))
