"""The walk from a department's figure to the canonical one, one lens coordinate at a time.

own data -> canonical data (quality, or timing while the copy is not late yet), own tree -> canonical tree (hierarchy),
own as-of -> canonical as-of (timing), own definition -> canonical definition (definition). Every step is a difference
of two lenses per unit, so reported = canonical + quality + hierarchy + timing + definition, exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Number
from revrecon.numbers.frames import VALUE
from revrecon.numbers.lens import contribution
from revrecon.numbers.lens_space import Ends, ends_of
from revrecon.numbers.moments import Period
from revrecon.numbers.versions import definition_named
from revrecon.numbers.worlds import WorldOn

WALKED = (0b0000, 0b0001, 0b0011, 0b0111, 0b1111)
"""The corners of lens space that the walk passes: data, tree, as-of and definition become canonical, in this order."""


@dataclass(frozen=True)
class Walk:
    """The six lenses between a department's figure and the canonical one, as contributions per unit.

    A walk may start at another corner of lens space than the department's own; what is canonical there moves nothing.
    """

    number: str
    definition: str  # its name in the map, with `@version` for an earlier one
    period: Period
    ends: Ends
    start: int  # the corner it starts from; 0 for the department's own figure
    reported: pl.DataFrame  # own definition, data, tree and moment
    folded: pl.DataFrame  # the same without duplicates
    on_canonical_data: pl.DataFrame  # own definition in canonical words, own tree and moment
    under_canonical_tree: pl.DataFrame  # own definition and moment
    at_canonical_moment: pl.DataFrame  # own definition
    canonical: pl.DataFrame
    seen: Mapping[int, pl.DataFrame]  # the same lenses by their distinct corners, so that none is worked out twice

    @property
    def own_moment(self) -> World:
        return self.ends.lens(self.start).moment

    @property
    def canonical_moment(self) -> World:
        return self.ends.canonical_moment


def moved(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Per unit the difference of two lenses, units without one left out; sorted by unit."""
    left = before.select("unit_id", pl.col("value").alias("before"))
    right = after.select("unit_id", pl.col("value").alias("after"))
    both = left.join(right, on="unit_id", how="full", coalesce=True)
    nothing = pl.lit(0).cast(VALUE)
    both = both.with_columns(pl.col("before").fill_null(nothing), pl.col("after").fill_null(nothing))
    both = both.with_columns((pl.col("before") - pl.col("after")).cast(VALUE).alias("amount"))
    apart = both.filter(pl.col("amount") != 0).sort("unit_id")
    for lens, records in ((before, "records_before"), (after, "records_after")):  # of the few that moved
        known = lens.select("unit_id", pl.col("records").alias(records))
        apart = apart.join(known, on="unit_id", how="left", maintain_order="left")
    return apart


def walk(
    entity_map: EntityMap, number_name: str, definition_name: str, as_of: date, period: Period, world_on: WorldOn,
    start: int = 0,
) -> Walk:  # fmt: skip
    """Walk one department's definition of a number to the canonical one, as asked for on a day.

    Raises NotKnown when one of the lenses looks at a day or copy of which nothing was received.
    """
    number: Number = entity_map.numbers[number_name]
    mine, canonical = definition_named(number, definition_name), number.definitions[number.canonical]
    ends = ends_of(entity_map, mine, canonical, as_of, world_on)
    corners = [ends.distinct(start | walked) for walked in WALKED]
    seen = {corner: contribution(entity_map, ends.lens(corner), period) for corner in dict.fromkeys(corners)}
    folded = contribution(entity_map, ends.lens(start, folded=True), period)
    first, data, tree, day, last = (seen[corner] for corner in corners)
    return Walk(number_name, definition_name, period, ends, start, first, folded, data, tree, day, last, seen)
