"""The walk from a department's figure to the canonical one, one lens coordinate at a time.

own data -> canonical data (quality, or timing while the copy is not late yet), own tree -> canonical tree (hierarchy),
own as-of -> canonical as-of (timing), own definition -> canonical definition (definition). Every step is a difference
of two lenses per unit, so reported = canonical + quality + hierarchy + timing + definition, exactly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition, Number
from revrecon.numbers.frames import VALUE
from revrecon.numbers.lenses import canonical_lens, own_lens
from revrecon.numbers.moments import Period, moment_of

WorldOn = Callable[[date], World]
"""The world at the end of a day, with today's identities. Raises NotKnown for a day before all history."""


@dataclass(frozen=True)
class Walk:
    """The six lenses between a department's figure and the canonical one, as contributions per unit."""

    number: str
    definition: str
    period: Period
    own_moment: World
    canonical_moment: World
    reported: pl.DataFrame  # own definition, data, tree and moment
    folded: pl.DataFrame  # the same without duplicates
    on_canonical_data: pl.DataFrame  # own definition in canonical words, own tree and moment
    under_canonical_tree: pl.DataFrame  # own definition and moment
    at_canonical_moment: pl.DataFrame  # own definition
    canonical: pl.DataFrame


def moved(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Per unit the difference of two lenses, units without one left out; sorted by unit."""
    left = before.select("unit_id", pl.col("value").alias("before"), pl.col("records").alias("records_before"))
    right = after.select("unit_id", pl.col("value").alias("after"), pl.col("records").alias("records_after"))
    both = left.join(right, on="unit_id", how="full", coalesce=True)
    nothing = pl.lit(0).cast(VALUE)
    both = both.with_columns(pl.col("before").fill_null(nothing), pl.col("after").fill_null(nothing))
    both = both.with_columns((pl.col("before") - pl.col("after")).cast(VALUE).alias("amount"))
    return both.filter(pl.col("amount") != 0).sort("unit_id")


def walk(
    entity_map: EntityMap, number_name: str, definition_name: str, as_of: date, period: Period, world_on: WorldOn
) -> Walk:
    """Walk one department's definition of a number to the canonical one, as asked for on a day.

    Raises NotKnown when one of the lenses looks at a day or copy of which nothing was received.
    """
    number: Number = entity_map.numbers[number_name]
    mine: Definition = number.definitions[definition_name]
    canonical: Definition = number.definitions[number.canonical]
    then = world_on(moment_of(mine.as_of, as_of, entity_map.company))
    now = world_on(moment_of(canonical.as_of, as_of, entity_map.company))
    return Walk(
        number=number_name,
        definition=definition_name,
        period=period,
        own_moment=then,
        canonical_moment=now,
        reported=own_lens(entity_map, then, mine, period),
        folded=own_lens(entity_map, then, mine, period, folded=True),
        on_canonical_data=canonical_lens(entity_map, then, mine, period, own_tree=True),
        under_canonical_tree=canonical_lens(entity_map, then, mine, period),
        at_canonical_moment=canonical_lens(entity_map, now, mine, period),
        canonical=canonical_lens(entity_map, now, canonical, period),
    )
