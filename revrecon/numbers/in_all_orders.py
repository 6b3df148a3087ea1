"""One bridge whatever the order of its steps: its sixteen lenses, read in all 24 orders."""

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.numbers.frames import ORDER_MATTERS_SCHEMA, ORDER_SCHEMA
from revrecon.numbers.labels import labels
from revrecon.numbers.lens_space import exact, lens_values
from revrecon.numbers.orders import Orders
from revrecon.numbers.walk import Walk

_NAMED = ("number", "definition", "period")


def walked_both(entity_map: EntityMap, taken: Walk, back: Walk | None = None) -> pl.DataFrame:
    """The sixteen lenses of a bridge (`orders.LENS_SCHEMA`).

    `back`: another walk that is taken off again, in the same order, where the bridge ends at its figure instead of the
    canonical one. Raises NotKnown where one of the sixteen lenses looks at a day or copy of which nothing was received.
    """
    values = walked_values(entity_map, taken)
    if back is None:
        return values
    same = back.definition == taken.definition
    return values.clear() if same else pl.concat([values, negated(walked_values(entity_map, back))])


def named_orders(entity_map: EntityMap, world: World, found: Orders, named: tuple[str, str, str]) -> Orders:
    """Orders under a number, a definition and a period, as exact amounts (ORDER_SCHEMA, ORDER_MATTERS_SCHEMA)."""
    return labelled_orders(found, named, labels(entity_map, world))


def labelled_orders(found: Orders, named: tuple[str, str, str], called: pl.DataFrame) -> Orders:
    """The same, where what people call the units is known (`unit_id`, `label`)."""
    fixed = [pl.lit(value).alias(column) for column, value in zip(_NAMED, named, strict=True)]
    bars = found.bars.with_columns(*fixed, pl.lit(found.matters.height).alias("records"))
    told = found.matters.join(called, on="unit_id", how="left", maintain_order="left")
    matters = told.with_columns(*fixed, pl.coalesce("label", "unit_id").alias("label"))
    return Orders(_shaped(bars, ORDER_SCHEMA), _shaped(matters, ORDER_MATTERS_SCHEMA))


def walked_values(entity_map: EntityMap, taken: Walk) -> pl.DataFrame:
    """The sixteen lenses of a walk (`orders.LENS_SCHEMA`), those before its start looking as its start does."""
    values = lens_values(entity_map, taken.ends, taken.period, taken.seen)
    return values.with_columns(pl.col(f"v{corner | taken.start}").alias(f"v{corner}") for corner in range(16))


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
