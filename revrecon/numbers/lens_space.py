"""Lens space: the sixteen lenses between a department's figure and the canonical one, for every unit.

A corner says which of the four coordinates are canonical already; the walk is one path through the corners, from none
to all. Sixteen corners hold every other path, so that what depends on the order of the steps can be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition
from revrecon.numbers.converting import world_of
from revrecon.numbers.frames import VALUE
from revrecon.numbers.lens import Data, Lens, contribution, same_meaning
from revrecon.numbers.moments import Period
from revrecon.numbers.orders import CORNERS, LENS_SCHEMA, SCALE, is_set
from revrecon.numbers.worlds import WorldOn
from revrecon.quality.drift import is_in_transit


@dataclass(frozen=True)
class Ends:
    """The two ends of a walk: a department's definition at its own moment, the canonical one at its own."""

    mine: Definition
    canonical: Definition
    own_moment: World
    canonical_moment: World

    def lens(self, corner: int, folded: bool = False) -> Lens:
        """The lens at a corner of lens space; `folded` leaves out the duplicates of own data."""
        own_data: Data = "folded" if folded else "own"
        return Lens(
            definition=self.canonical if is_set(corner, "definition") else self.mine,
            department=self.mine,
            moment=self.canonical_moment if is_set(corner, "as_of") else self.own_moment,
            tree="canonical" if is_set(corner, "tree") else "own",
            data="canonical" if is_set(corner, "data") else own_data,
        )

    def distinct(self, corner: int) -> int:
        """The first corner whose lens is the same one: coordinates that both ends share move nothing."""
        counts_roots = any(d.measure.count_roots or (d.own.measure and d.own.measure.count_roots)
                           for d in (self.mine, self.canonical))  # fmt: skip
        shared = {
            "data": self.mine.copy_name is None,
            "tree": self.mine.copy_name is None or not counts_roots,
            "as_of": self.own_moment.as_of == self.canonical_moment.as_of
            and self.own_moment.conversion == self.canonical_moment.conversion,
            "definition": same_meaning(self.mine, self.canonical),
        }
        return sum(bit for name, bit in CORNERS.items() if corner & bit and not shared[name])


def ends_of(entity_map: EntityMap, mine: Definition, canonical: Definition, as_of: date, world_on: WorldOn) -> Ends:
    """The ends of a walk between two definitions, as asked for on a day. Raises NotKnown before all history."""
    moments = [world_of(entity_map, one, as_of, world_on) for one in (mine, canonical)]
    return Ends(mine, canonical, moments[0], moments[1])


def lens_values(
    entity_map: EntityMap, ends: Ends, period: Period, known: Mapping[int, pl.DataFrame] | None = None
) -> pl.DataFrame:
    """Every unit that any of the sixteen lenses sees, with its value under each (`orders.LENS_SCHEMA`).

    `known`: contributions by distinct corner that have been worked out already. Raises NotKnown where a lens looks at a
    day or a copy of which nothing was received.
    """
    corners = sorted({ends.distinct(corner) for corner in range(16)})
    seen = dict(known or {})
    for corner in corners:
        if corner not in seen:
            seen[corner] = contribution(entity_map, ends.lens(corner), period)
    frame = pl.concat([one.select("unit_id") for one in seen.values()]).unique().sort("unit_id")
    for corner, one in seen.items():
        value = pl.col("value").cast(pl.Decimal(38, 4)) * SCALE
        column = one.select("unit_id", value.cast(pl.Int64).alias(f"_{corner}"))
        frame = frame.join(column, on="unit_id", how="left", maintain_order="left")
    values = [pl.col(f"_{ends.distinct(corner)}").fill_null(0).alias(f"v{corner}") for corner in range(16)]
    return frame.select("unit_id", _in_transit(entity_map, ends), *values).cast(pl.Schema(LENS_SCHEMA))


def _in_transit(entity_map: EntityMap, ends: Ends) -> pl.Expr:
    """Units whose canonical record changed within the copy's freshness limit: what the data moves there is timing."""
    mine = ends.mine
    freshness = entity_map.entities[mine.entity].replication[mine.copy_name].freshness if mine.copy_name else None
    if freshness is None:
        return pl.lit(False).alias("in_transit")
    canonical = ends.own_moment.entities[mine.entity].canonical
    fresh = canonical.filter(is_in_transit(freshness, ends.own_moment))["canonical_id"]
    return pl.col("unit_id").is_in(fresh.implode()).alias("in_transit")


def exact(units: pl.Expr) -> pl.Expr:
    """Ten-thousandths as an exact amount."""
    return (units.cast(pl.Decimal(38, 4)) / SCALE).cast(VALUE)
