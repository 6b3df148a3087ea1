"""One bridge whatever the order of its steps: its sixteen lenses, read in all 24 orders."""

from datetime import date

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.numbers.frames import ORDER_MATTERS_SCHEMA, ORDER_SCHEMA
from revrecon.numbers.labels import labels
from revrecon.numbers.lens_space import ends_of, exact, lens_values
from revrecon.numbers.moments import Period
from revrecon.numbers.orders import Orders, orders_of
from revrecon.numbers.versions import definition_named
from revrecon.numbers.worlds import WorldOn

_NAMED = ("number", "definition", "period")


def bridge_in_all_orders(
    entity_map: EntityMap, number_name: str, name: str, as_of: date, period: Period, world_on: WorldOn
) -> Orders:
    """The bars of a bridge (ORDER_SCHEMA) and the records in which the order matters (ORDER_MATTERS_SCHEMA).

    Where the map closes at a department, its walk is taken off again, in the same order. Raises NotKnown where one of
    the sixteen lenses looks at a day or copy of which nothing was received, TooLarge beyond 64-bit arithmetic.
    """
    number = entity_map.numbers[number_name]
    values = walked_values(entity_map, number_name, name, as_of, period, world_on)
    if number.closing is not None:
        back = walked_values(entity_map, number_name, number.closing, as_of, period, world_on)
        values = pl.concat([values, negated(back)]) if name != number.closing else values.clear()
    mine, canonical = definition_named(number, name), number.definitions[number.canonical]
    world = ends_of(entity_map, mine, canonical, as_of, world_on).own_moment
    return named_orders(entity_map, world, orders_of(values, number.decimals), (number_name, name, period.name))


def named_orders(entity_map: EntityMap, world: World, found: Orders, named: tuple[str, str, str]) -> Orders:
    """Orders under a number, a definition and a period, as exact amounts (ORDER_SCHEMA, ORDER_MATTERS_SCHEMA)."""
    fixed = [pl.lit(value).alias(column) for column, value in zip(_NAMED, named, strict=True)]
    bars = found.bars.with_columns(*fixed, pl.lit(found.matters.height).alias("records"))
    called = found.matters.join(labels(entity_map, world), on="unit_id", how="left", maintain_order="left")
    matters = called.with_columns(*fixed, pl.coalesce("label", "unit_id").alias("label"))
    return Orders(_shaped(bars, ORDER_SCHEMA), _shaped(matters, ORDER_MATTERS_SCHEMA))


def walked_values(
    entity_map: EntityMap, number_name: str, name: str, as_of: date, period: Period, world_on: WorldOn
) -> pl.DataFrame:
    """The sixteen lenses between a definition of a number and the canonical one (`orders.LENS_SCHEMA`)."""
    number = entity_map.numbers[number_name]
    mine, canonical = definition_named(number, name), number.definitions[number.canonical]
    return lens_values(entity_map, ends_of(entity_map, mine, canonical, as_of, world_on), period)


def negated(values: pl.DataFrame) -> pl.DataFrame:
    """The same lenses with every value's sign turned."""
    return values.with_columns(-pl.col(f"v{corner}") for corner in range(16))


def _shaped(frame: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Amounts in ten-thousandths as exact values, in the columns of a schema."""
    value = ORDER_SCHEMA["in_order"]
    return frame.select(
        exact(pl.col(column)).alias(column) if dtype == value else pl.col(column).cast(dtype)
        for column, dtype in schema.items()
    )
