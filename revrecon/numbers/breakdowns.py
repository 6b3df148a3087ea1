"""Breakdowns of a bridge: its reconciling items by a dimension of the records behind them, and the largest movers.

Every item falls under exactly one value, `not known` among them, so that rows foot to the bars in every category.
"""

from collections.abc import Sequence

import polars as pl

from revrecon.canonical.naming import naming_field
from revrecon.canonical.world import World
from revrecon.entity_map.breakdowns import Breakdown
from revrecon.entity_map.model import EntityMap
from revrecon.findings import CATEGORIES
from revrecon.numbers.frames import VALUE
from revrecon.numbers.labels import labels

NOT_KNOWN = "not known"

STEPS = tuple(f"{category}_step" for category in CATEGORIES)
"""The columns of the four categories, as in bridges."""

_KEY = ("number", "period", "definition")

BREAKDOWN_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "period": pl.String(),
    "definition": pl.String(),
    "dimension": pl.String(),  # its name in the map
    "value": pl.String(),  # a region, an account's name, a month such as 2026-11; `not known` where there is none
    **dict.fromkeys(STEPS, VALUE),  # each category's items under the value, net: `quality_step` ...
    "amount": VALUE,  # of all categories, net
    "gross": VALUE,  # sum of absolutes of the items
    "records": pl.Int64(),
}
"""One row per bridge, dimension and value; over the values of a dimension each category adds up to the bridge's bar."""

MOVER_SCHEMA: dict[str, pl.DataType] = {
    "unit_id": pl.String(),
    "label": pl.String(),
    "records": pl.String(),  # the department's own records behind it
    "causes": pl.String(),  # category.sub-types, largest first
    **dict.fromkeys(STEPS, VALUE),
    "amount": VALUE,
    "share": pl.Float64(),  # its absolute amount in the sum of all records' absolute amounts
    "running": pl.Float64(),  # the same for it and all before it
}
"""One row per record of a bridge, the largest absolute amount first."""

VALUE_SCHEMA: dict[str, pl.DataType] = {"unit_id": pl.String(), "value": pl.String()}


def values_of(
    entity_map: EntityMap, worlds: Sequence[World], entities: Sequence[str], breakdown: Breakdown
) -> pl.DataFrame:
    """Each unit's value in a dimension (VALUE_SCHEMA), from the first world and entity that know it; never null."""
    found = [pl.DataFrame(schema=VALUE_SCHEMA)]
    for world in worlds:
        for entity in entities:
            found += _values_in(entity_map, world, entity, breakdown)
    return pl.concat(found).drop_nulls().unique("unit_id", keep="first", maintain_order=True)


def _values_in(entity_map: EntityMap, world: World, entity: str, breakdown: Breakdown) -> list[pl.DataFrame]:
    """Values of canonical records, and of records that stand for nothing, by what their own copy says."""
    here = world.entities[entity]
    frames = [here.canonical.with_columns(pl.col("canonical_id").alias("unit_id"))]
    for name, copy in here.copies.items():
        strays = copy.records.filter(pl.col("canonical_id").is_null())
        frames.append(strays.with_columns(pl.format("{}!own:{}", pl.lit(name), "_id").alias("unit_id")))
    given = [_given(entity_map, world, entity, breakdown, frame) for frame in frames]
    return [frame for frame in given if frame is not None]


def _given(
    entity_map: EntityMap, world: World, entity: str, breakdown: Breakdown, frame: pl.DataFrame
) -> pl.DataFrame | None:
    first, _, rest = breakdown.field.partition(".")
    rule = entity_map.entities[entity].fields.get(first)
    if first == "self":
        ids = frame.select("unit_id", pl.col("unit_id").alias("value"))
        return _named(entity_map, world, entity, breakdown, ids)
    if rule is None or first not in frame.columns:
        return None
    values = frame.select("unit_id", pl.col(first).alias("value"))
    if rule.to is None:
        return _as_text(values, breakdown)
    if rest:
        behind = world.entities[rule.to].canonical.select(pl.col("canonical_id").alias("value"), pl.col(rest))
        return _as_text(values.join(behind, on="value").select("unit_id", pl.col(rest).alias("value")), breakdown)
    return _named(entity_map, world, rule.to, breakdown, values)


def _as_text(values: pl.DataFrame, breakdown: Breakdown) -> pl.DataFrame:
    value = pl.col("value")
    told = {
        "month": value.dt.strftime("%Y-%m") if breakdown.by else value,
        "quarter": pl.format("{}Q{}", value.dt.year(), value.dt.quarter()) if breakdown.by else value,
        "year": value.dt.strftime("%Y") if breakdown.by else value,
    }
    return values.select("unit_id", (told[breakdown.by] if breakdown.by else value).cast(pl.String).alias("value"))


def _named(
    entity_map: EntityMap, world: World, target: str, breakdown: Breakdown, values: pl.DataFrame
) -> pl.DataFrame:
    """Canonical ids as what people call them: those of their roots where a tree is asked for."""
    here = world.entities[target]
    if breakdown.tree:
        tree = here.tree if breakdown.tree == "canonical" else here.own_trees.get(breakdown.tree)
        if tree is None:
            return values.clear()
        roots = tree.select(pl.col("node").alias("value"), "root")
        values = values.join(roots, on="value", how="left", maintain_order="left")
        values = values.select("unit_id", pl.coalesce("root", "value").alias("value"))
    if naming_field(entity_map.entities[target]) is None:
        return values
    called = labels(entity_map, world).rename({"unit_id": "value"})
    named = values.join(called, on="value", how="left", maintain_order="left")
    return named.select("unit_id", pl.coalesce("label", "value").alias("value"))


def broken_down(items: pl.DataFrame, dimension: str, values: pl.DataFrame) -> pl.DataFrame:
    """Items (ITEM_SCHEMA) by a dimension (BREAKDOWN_SCHEMA), per bridge the largest gross first."""
    known = items.join(values, on="unit_id", how="left").with_columns(pl.col("value").fill_null(NOT_KNOWN))
    grouped = known.group_by(*_KEY, "value").agg(
        *_by_category(), *_sums(), pl.col("unit_id").n_unique().alias("records")
    )
    rows = grouped.with_columns(pl.lit(dimension).alias("dimension"))
    shaped = rows.select(pl.col(column).cast(dtype) for column, dtype in BREAKDOWN_SCHEMA.items())
    return shaped.sort(*_KEY, pl.col("gross").neg(), "value")


def _by_category() -> list[pl.Expr]:
    return [
        pl.col("amount").filter(pl.col("category") == category).sum().cast(VALUE).alias(f"{category}_step")
        for category in CATEGORIES
    ]


def _sums() -> list[pl.Expr]:
    return [pl.col("amount").sum().cast(VALUE), pl.col("amount").abs().sum().cast(VALUE).alias("gross")]


def movers(items: pl.DataFrame) -> pl.DataFrame:
    """The records of one bridge's items (MOVER_SCHEMA), the largest first."""
    causes = pl.col("cause").sort_by(pl.col("amount").abs(), descending=True).unique(maintain_order=True).str.join(", ")
    ordered = items.sort("unit_id", "cause", "detail")
    records = ordered.group_by("unit_id").agg(
        pl.col("label").first(), pl.col("records").filter(pl.col("records") != "").first().fill_null(""),
        causes.alias("causes"), *_by_category(), pl.col("amount").sum().cast(VALUE),
    )  # fmt: skip
    size = pl.col("amount").abs().cast(pl.Float64)
    records = records.filter(pl.col("amount") != 0).sort(size.neg(), "unit_id")
    whole = float(records.select(size.sum()).item() or 0.0) or 1.0
    shares = records.with_columns((size / whole).alias("share"), (size.cum_sum() / whole).alias("running"))
    return shares.select(pl.col(column).cast(dtype) for column, dtype in MOVER_SCHEMA.items())


def needed_for(found: pl.DataFrame, share: float = 0.8) -> int:
    """The fewest records whose absolute amounts make this share of all (of MOVER_SCHEMA)."""
    return int((found["running"] < share - 1e-12).sum()) + (1 if found.height else 0)
