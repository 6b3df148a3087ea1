"""A bridge between any two lenses of a number: two departments, two versions, a department's tree and the canonical.

Every bridge is the difference of two walks to the canonical figure, per record and cause. So A to B is B to A with the
sign turned, and A to B with B to C is A to C, category by category.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition, Number
from revrecon.entity_map.problems import did_you_mean, listed
from revrecon.numbers.attribution import PIECE_SCHEMA, definitions_apart, pieces_of, same_grain
from revrecon.numbers.frames import VALUE
from revrecon.numbers.in_all_orders import named_orders, negated, walked_values
from revrecon.numbers.items import items_of, steps_of
from revrecon.numbers.moments import Period
from revrecon.numbers.orders import CORNERS, Orders, is_set, orders_of
from revrecon.numbers.versions import NoSuchLens, definition_named
from revrecon.numbers.walk import Walk, walk
from revrecon.numbers.worlds import WorldOn


@dataclass(frozen=True)
class Spot:
    """A lens asked for by name: `sales`, `sales@1`, `finance:tree` (finance's, but under the canonical tree)."""

    name: str
    definition: str  # with `@version` for an earlier one
    corner: int  # which coordinates are canonical

    def of(self, number: Number) -> Definition:
        """The definition that the lens is a department's by."""
        return definition_named(number, self.definition)


@dataclass(frozen=True)
class Between:
    """A bridge between two lenses: opening = closing + steps + residual; steps, items and orders as of any bridge."""

    number: str
    period: str
    unit: str
    opening: str
    closing: str
    opening_value: Decimal
    closing_value: Decimal
    steps: pl.DataFrame  # STEP_SCHEMA
    items: pl.DataFrame  # ITEM_SCHEMA
    orders: Orders | None  # None where the order is no question: one day to another

    @property
    def residual(self) -> Decimal:
        return self.opening_value - self.closing_value - total(self.items, "amount")


def total(frame: pl.DataFrame, column: str = "value") -> Decimal:
    """The exact sum of a column of decimals."""
    return Decimal(str(frame[column].sum()))


def spot_named(number: Number, name: str) -> Spot:
    """A lens by its name: `DEFINITION`, `DEFINITION@VERSION`, with `:COORDINATE,...` for what shall be canonical.

    Coordinates are data, tree, as_of and definition. Raises NoSuchLens with what there is.
    """
    definition, _, wanted = name.partition(":")
    definition_named(number, definition)
    corner = 0
    if definition.partition("@")[0] == number.canonical:
        corner = CORNERS["data"] | CORNERS["tree"] if "@" in definition else sum(CORNERS.values())
    for word in filter(None, wanted.replace("-", "_").split(",")):
        if word not in CORNERS:
            near = did_you_mean(word, CORNERS)
            raise NoSuchLens(
                f"A lens has no coordinate '{word}'; it has {listed(CORNERS)}{f'; {near}' if near else '.'}"
            )
        corner |= CORNERS[word]
    return Spot(name, definition, corner)


def bridge_between(
    entity_map: EntityMap, number_name: str, opening: str, closing: str, as_of: date, period: Period, world_on: WorldOn
) -> Between:
    """The bridge from one lens of a number to another, as asked for on a day.

    Raises NoSuchLens for names that are not there, NotKnown where a lens looks at a day or copy of which nothing was
    received, TooLarge beyond 64-bit arithmetic.
    """
    number = entity_map.numbers[number_name]
    spots = [spot_named(number, name) for name in (opening, closing)]
    one, other = (
        walk(entity_map, number_name, spot.definition, as_of, period, world_on, spot.corner) for spot in spots
    )
    name = f"{opening} to {closing}"
    items = items_of(entity_map, one, name, pieces_between(entity_map, one, other))
    values = pl.concat([walked_values(entity_map, one), negated(walked_values(entity_map, other))])
    orders = named_orders(
        entity_map, one.own_moment, orders_of(values, number.decimals), (number_name, name, period.name)
    )
    return Between(
        number_name, period.name, number.unit, opening, closing, total(one.reported), total(other.reported),
        steps_of(items), items, orders,
    )  # fmt: skip


def pieces_between(entity_map: EntityMap, one: Walk, other: Walk) -> pl.DataFrame:
    """The reconciling items from one walk's figure to another's (PIECE_SCHEMA); what both share nets to nothing.

    Two definitions of one grain are compared with each other, condition by condition, instead of through the canonical.
    """
    here, there = pieces_of(entity_map, one), pieces_of(entity_map, other)
    mine, theirs = _definition_at(one), _definition_at(other)
    if same_grain(mine, theirs):
        by_definition = pl.col("cause").str.starts_with("definition.")
        here, there = here.filter(~by_definition), there.filter(~by_definition)
        apart = definitions_apart(one.canonical_moment, one.period, mine, theirs)
        here = pl.concat([here, apart])
    return netted(here, there)


def netted(here: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """Pieces less other pieces, per unit, cause and detail."""
    turned = there.with_columns(
        (-pl.col("amount")).cast(VALUE).alias("amount"),
        pl.lit(None, dtype=PIECE_SCHEMA["own_records"]).alias("own_records"),
    )
    together = pl.concat([here, turned]).group_by("unit_id", "cause", "detail")
    net = together.agg(pl.col("amount").sum().cast(VALUE), pl.col("own_records").drop_nulls().first())
    return net.select(list(PIECE_SCHEMA)).filter(pl.col("amount") != 0)


def _definition_at(taken: Walk) -> Definition:
    return taken.ends.canonical if is_set(taken.start, "definition") else taken.ends.mine
