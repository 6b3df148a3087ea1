"""From the pieces of a bridge to what leaves this room: items down to the records, and steps per cause."""

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition
from revrecon.findings import CATEGORY_ORDER
from revrecon.numbers.frames import ITEM_SCHEMA, STEP_SCHEMA, VALUE
from revrecon.numbers.labels import labels
from revrecon.numbers.walk import Walk


def items_of(entity_map: EntityMap, taken: Walk, name: str, pieces: pl.DataFrame) -> pl.DataFrame:
    """The pieces of a bridge that opens with a walk's figure, under a name (ITEM_SCHEMA)."""
    return named_items(entity_map, (taken.number, taken.period.name, name), taken.own_moment, taken.ends.mine, pieces)


def named_items(
    entity_map: EntityMap, named: tuple[str, str, str], world: World, mine: Definition, pieces: pl.DataFrame
) -> pl.DataFrame:
    """Pieces under a number, period and name, with the own records behind them and what people call them."""
    return labelled_items(entity_map, named, mine, pieces, labels(entity_map, world))


def labelled_items(
    entity_map: EntityMap, named: tuple[str, str, str], mine: Definition, pieces: pl.DataFrame, called: pl.DataFrame
) -> pl.DataFrame:
    """The same, where what people call the units is known (`unit_id`, `label`)."""
    number, period, name = named
    own = (
        pl.col("own_records")
        .list.eval(pl.format("{}{}", pl.lit(_where(entity_map, mine)), pl.element()))
        .list.join(", ")
    )
    labelled = pieces.join(called, on="unit_id", how="left", maintain_order="left")
    found = labelled.with_columns(
        pl.lit(number).alias("number"), pl.lit(period).alias("period"), pl.lit(name).alias("definition"),
        pl.col("cause").str.split(".").list.first().alias("category"), own.fill_null("").alias("records"),
        pl.coalesce("label", "unit_id").alias("label"),
    )  # fmt: skip
    shaped = found.select(pl.col(column).cast(dtype) for column, dtype in ITEM_SCHEMA.items())
    return shaped.sort("category", "cause", "detail", "unit_id", "records", "amount")


def _where(entity_map: EntityMap, mine: Definition) -> str:
    """`system/object/` of a department's records; nothing for a definition without a copy."""
    if mine.copy_name is None:
        return ""
    copy = entity_map.entities[mine.entity].replication[mine.copy_name]
    return f"{entity_map.system_of(mine.copy_name, copy)}/{copy.object}/"


def steps_of(items: pl.DataFrame) -> pl.DataFrame:
    """Items gathered per cause and detail (STEP_SCHEMA), in the order of the waterfall, largest first."""
    keys = ["number", "period", "definition", "category", "cause", "detail"]
    order = {category: place for place, category in enumerate(CATEGORY_ORDER)}
    grouped = items.group_by(keys).agg(
        pl.col("amount").sum().cast(VALUE),
        pl.col("amount").abs().sum().cast(VALUE).alias("gross"),
        pl.col("unit_id").n_unique().cast(pl.Int64).alias("records"),
    )
    ranked = grouped.with_columns(pl.col("category").replace_strict(order, return_dtype=pl.Int64).alias("_order"))
    ranked = ranked.sort("number", "period", "definition", "_order", pl.col("gross").neg(), "cause", "detail")
    position = pl.int_range(pl.len(), dtype=pl.Int64).over("number", "period", "definition") + 1
    return ranked.with_columns(position.alias("position")).select(
        pl.col(column).cast(dtype) for column, dtype in STEP_SCHEMA.items()
    )
