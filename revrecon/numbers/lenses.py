"""Lenses: a definition, a day, a hierarchy and a set of records become contributions, one row per counted unit.

Own records are seen by `own_lens`, canonical ones by `canonical_lens`. A unit is a canonical id, or `COPY!own:key` for
a record (or node) of a copy that stands for no canonical one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from revrecon.canonical.hierarchy import own_nodes, tree
from revrecon.canonical.survivorship import representatives
from revrecon.canonical.world import World
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.formulas import evaluate, holds
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition, Measure
from revrecon.numbers.frames import VALUE
from revrecon.numbers.moments import Period
from revrecon.numbers.placing import NotKnown, own_records, placed, rooted_copy

CONTRIBUTION_SCHEMA: dict[str, pl.DataType] = {
    "unit_id": pl.String(),
    "value": VALUE,
    "records": pl.List(pl.String()),  # the records behind it, by their keys in the copy or their canonical ids
}
"""What a lens gives: one row per unit, sorted by unit, zero values left out."""


@dataclass(frozen=True)
class Formula:
    """Named conditions and a measure, over one entity's fields."""

    conditions: Mapping[str, str]
    measure: Measure


def canonical_formula(definition: Definition) -> Formula:
    """A definition in canonical words."""
    return Formula(definition.conditions, definition.measure)


def own_formula(definition: Definition) -> Formula:
    """A definition on the department's own records: the canonical words where it names no others."""
    conditions = definition.own.conditions
    return Formula(
        definition.conditions if conditions is None else conditions, definition.own.measure or definition.measure
    )


def dated(records: pl.DataFrame, as_of: date, period: Period) -> pl.DataFrame:
    """Records with the dates that formulas may use: `as_of`, `period_start`, `period_end`."""
    return records.with_columns(
        pl.lit(as_of).alias("as_of"), pl.lit(period.start).alias("period_start"), pl.lit(period.end).alias("period_end")
    )


def included(records: pl.DataFrame, formula: Formula) -> pl.DataFrame:
    """One Boolean column per condition of the formula, in the records' order."""
    if not formula.conditions:
        return pl.DataFrame({"everything": [True] * records.height}, schema={"everything": pl.Boolean})
    return holds(records, formula.conditions)


def components(records: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """One column of values per component of a sum; a count has the one component `records`."""
    if measure.sum is None:
        return pl.DataFrame({"records": [1] * records.height}, schema={"records": pl.Int64}).cast(VALUE)
    parts = {name: f"coalesce(({part.sql}), 0)" for name, part in measure.sum.items()}
    return evaluate(records, parts).cast(VALUE)


def counted(records: pl.DataFrame, formula: Formula) -> pl.DataFrame:
    """The records that meet every condition, with their `_value`."""
    inside = included(records, formula).select(pl.all_horizontal(pl.all())).to_series()
    total = components(records, formula.measure).select(pl.sum_horizontal(pl.all()).cast(VALUE).alias("_value"))
    return records.with_columns(total.to_series()).filter(inside)


def added(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of `unit_id`, `record` and `_value`, added up per unit; most units have one row, which is all of it."""
    is_alone = rows["unit_id"].is_unique()
    alone = rows.filter(is_alone).select(
        "unit_id", pl.col("_value").cast(VALUE).alias("value"), pl.concat_list("record").alias("records")
    )
    several = rows.filter(~is_alone).group_by("unit_id").agg(
        pl.col("_value").sum().cast(VALUE).alias("value"), pl.col("record").unique().sort().alias("records")
    )  # fmt: skip
    units = pl.concat([one.select(list(CONTRIBUTION_SCHEMA)) for one in (alone, several)])
    return units.filter(pl.col("value") != 0).sort("unit_id")


def roots_counted(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of `unit_id`, `record` and `_root`: each distinct root counts one towards its unit."""
    units = rows.group_by("unit_id").agg(
        pl.col("_root").n_unique().cast(VALUE).alias("value"), pl.col("record").unique().sort().alias("records")
    )
    return units.select(list(CONTRIBUTION_SCHEMA)).sort("unit_id")


def own_lens(
    entity_map: EntityMap, world: World, definition: Definition, period: Period, folded: bool = False
) -> pl.DataFrame:
    """The department's own definition on its own records under its own tree: contributions per unit.

    `folded` leaves out duplicates: records beside the first that stands for the same thing. Raises NotKnown when the
    copy had said nothing by the world's day.
    """
    copy_name = str(definition.copy_name)
    formula = own_formula(definition)
    records = own_records(world, definition.entity, copy_name)
    if folded:
        keep_contracts = formula.measure.count_roots is not None
        records = without_duplicates(entity_map.entities[definition.entity], copy_name, records, keep_contracts)
    rows = counted(dated(records, world.as_of, period), formula).with_columns(pl.col("_id").alias("record"))
    rooted = formula.measure.count_roots
    if rooted is None:
        return added(rows.with_columns(own_unit(copy_name).alias("unit_id")))
    target, through = rooted_copy(entity_map, definition, rooted)
    roots = raw_roots(entity_map.entities[target], world, target, through)
    key = "_id" if rooted == "self" else f"{rooted}__key"
    return roots_counted(rows.join(roots, left_on=key, right_on="_node"))


def canonical_lens(
    entity_map: EntityMap, world: World, definition: Definition, period: Period, own_tree: bool = False
) -> pl.DataFrame:
    """A definition in canonical words on canonical records, under the canonical tree or the department's own.

    Raises NotKnown when no canonical copy of the entity had said anything by the world's day.
    """
    rows = counted_canonical(world, definition, period)
    rooted = definition.measure.count_roots
    if rooted is None:
        return added(rows.with_columns(pl.col("canonical_id").alias("unit_id")))
    rows = placed(entity_map, world, definition, rooted, rows, own_tree)
    root = pl.coalesce("_own_root", "_canonical_root", "_node")
    return roots_counted(rows.with_columns(root.alias("_root"), root.alias("unit_id")))


def counted_canonical(world: World, definition: Definition, period: Period) -> pl.DataFrame:
    """The canonical records that a definition in canonical words counts, with their `_value` and `record`."""
    here = world.entities[definition.entity]
    canonical = here.canonical
    if canonical.is_empty() and not here.is_part:
        raise NotKnown(f"nothing is known of any canonical copy of {definition.entity} on {world.as_of}")
    rows = counted(dated(canonical, world.as_of, period), canonical_formula(definition))
    return rows.with_columns(pl.col("canonical_id").alias("record"))


def without_duplicates(entity: Entity, copy_name: str, records: pl.DataFrame, keep_contracts: bool) -> pl.DataFrame:
    """Records less those beside the first of their thing; a contract entity is a node of a tree, not a duplicate."""
    if entity.replication[copy_name].records == "parts":
        return records
    kept = representatives(entity, copy_name, records)
    nodes = own_nodes(entity, copy_name, records, kept).select("_id", pl.col("contract").alias("_contract"))
    marked = records.join(nodes, on="_id", how="left", maintain_order="left")
    stays = pl.col("_id").is_in(kept["_id"].implode()) | pl.col("canonical_id").is_null()
    if keep_contracts:
        stays = stays | pl.col("_contract").fill_null(False)
    return marked.filter(stays).drop("_contract")


def own_unit(copy_name: str) -> pl.Expr:
    """The unit of a copy's record: its canonical id, or its own name where it stands for nothing."""
    return pl.coalesce("canonical_id", pl.format("{}!own:{}", pl.lit(copy_name), "_id"))


def raw_roots(entity: Entity, world: World, target: str, through: str) -> pl.DataFrame:
    """Each record of a copy with its raw root `_root` and the unit of that root, duplicates not yet folded."""
    records = own_records(world, target, through)
    parent = f"{entity.hierarchy.parent_field}__key" if entity.hierarchy else ""
    above = pl.col(parent) if parent in records.columns else pl.lit(None, dtype=pl.String)
    raw = tree(records.select(pl.col("_id").alias("node"), above.alias("parent")))
    nodes = own_nodes(entity, through, records, representatives(entity, through, records))
    units = nodes.select(pl.col("_id").alias("_root"), pl.col("node").alias("unit_id"))
    return raw.select(pl.col("node").alias("_node"), pl.col("root").alias("_root")).join(units, on="_root")
