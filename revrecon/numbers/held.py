"""An entity's records as a department holds them, in the entity's own fields: so that any definition can look at them.

A department can only be wrong in what it holds: fields that its copy does not map, and records that it neither holds
nor should hold, are the canonical ones.
"""

from functools import reduce

import polars as pl

from revrecon.canonical.survivorship import representatives
from revrecon.canonical.world import World
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.formulas import FIELD_TYPES, evaluate, holds
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition
from revrecon.numbers.lenses import canonical_formula, dated, included, without_duplicates
from revrecon.numbers.moments import Period
from revrecon.numbers.placing import own_records


def held_records(
    entity_map: EntityMap, world: World, department: Definition, entity_name: str, period: Period, folded: bool = False
) -> pl.DataFrame:
    """One row per record of an entity as a department holds it: `canonical_id`, `_id`, the fields, `FIELD__key`.

    `_id` is the copy's key, null where the canonical record stands in. Of the department's own entity these are its
    rows one by one, `folded` without duplicates; of another they are canonical records under the values of the copies
    of its system, and where it has none, the canonical records. Raises NotKnown where its copy had said nothing.
    """
    entity = entity_map.entities[entity_name]
    if entity_name == department.entity:
        return _own_rows(entity, world, department, period, folded)
    return _overlaid(entity, world, entity_name, _copies_beside(entity_map, world, department, entity_name))


def _own_rows(entity: Entity, world: World, department: Definition, period: Period, folded: bool) -> pl.DataFrame:
    copy_name = str(department.copy_name)
    copy = entity.replication[copy_name]
    records = own_records(world, department.entity, copy_name)
    if copy.records == "parts":
        strays = records.filter(pl.col("canonical_id").is_null())
        kept = representatives(entity, copy_name, records).select(records.columns)
        records = pl.concat([kept, strays])
    elif folded:
        records = without_duplicates(entity, copy_name, records, keep_contracts=True)
    canonical = world.entities[department.entity].canonical
    lacking = [name for name in entity.fields if name not in copy.fields]
    keys = [column for column in records.columns if column.endswith("__key")]
    own = records.select("canonical_id", "_id", *copy.fields, *keys)
    whole = own.join(canonical.select("canonical_id", *lacking), on="canonical_id", how="left", maintain_order="left")
    missed = _expected(entity, copy_name, canonical, world) | _counted_by(department, canonical, world, period)
    here = canonical["canonical_id"].is_in(records["canonical_id"].drop_nulls().implode())
    standing_in = canonical.filter(~here & ~missed).with_columns(pl.lit(None, dtype=pl.String).alias("_id"))
    together = pl.concat([whole, standing_in.select("canonical_id", "_id", *entity.fields)], how="diagonal")
    return _derived_anew(entity, together, frozenset(copy.fields))


def _expected(entity: Entity, copy_name: str, canonical: pl.DataFrame, world: World) -> pl.Series:
    """Which canonical records the map expects in a copy."""
    rule = entity.replication[copy_name].expected_when
    if rule is None or canonical.is_empty():
        return pl.repeat(False, canonical.height, eager=True)
    return holds(canonical.with_columns(pl.lit(world.as_of).alias("as_of")), {"expected": rule})["expected"]


def _counted_by(department: Definition, canonical: pl.DataFrame, world: World, period: Period) -> pl.Series:
    """Which canonical records a department's own definition counts: without them in its copy, they are missing."""
    if canonical.is_empty():
        return pl.repeat(False, 0, eager=True)
    inside = included(dated(canonical, world.as_of, period), canonical_formula(department))
    return inside.select(pl.all_horizontal(pl.all())).to_series()


def _derived_anew(entity: Entity, records: pl.DataFrame, mapped: frozenset[str]) -> pl.DataFrame:
    """Derived fields follow from the values that the department holds, not from the canonical ones."""
    for field, rule in entity.fields.items():
        if rule.derived is not None and field not in mapped:
            value = evaluate(records, {field: rule.derived})[field].cast(FIELD_TYPES[rule.type], strict=False)
            records = records.with_columns(value)
    return records


def _copies_beside(
    entity_map: EntityMap, world: World, department: Definition, entity_name: str
) -> dict[str, pl.DataFrame]:
    """One record per thing of each copy of another entity in the department's system, in the map's order."""
    home = entity_map.entities[department.entity]
    system = entity_map.system_of(str(department.copy_name), home.replication[str(department.copy_name)])
    entity, here = entity_map.entities[entity_name], world.entities[entity_name]
    return {
        name: representatives(entity, name, here.copies[name].records)
        for name, copy in entity.replication.items()
        if entity_map.system_of(name, copy) == system and name in here.copies
    }


def _overlaid(entity: Entity, world: World, entity_name: str, copies: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Canonical records under the copies' values; of a field that several hold, the first copy's counts."""
    canonical = world.entities[entity_name].canonical
    never = pl.repeat(False, canonical.height, eager=True)
    here = [canonical["canonical_id"].is_in(kept["canonical_id"].implode()) for kept in copies.values()]
    expected = [_expected(entity, name, canonical, world) for name in copies]
    held, wanted = (reduce(lambda one, other: one | other, series, never) for series in (here, expected))
    rows = canonical.filter(held | ~wanted)
    for name, kept in reversed(copies.items()):
        fields = list(entity.replication[name].fields)
        mine = kept.select("canonical_id", pl.lit(True).alias("_here"), pl.col(fields).name.prefix("_own_"))
        rows = rows.join(mine, on="canonical_id", how="left", maintain_order="left")
        rows = rows.with_columns(
            pl.when("_here").then(f"_own_{field}").otherwise(field).alias(field) for field in fields
        )
        rows = rows.drop("_here", *(f"_own_{field}" for field in fields))
    mapped = frozenset(field for name in copies for field in entity.replication[name].fields)
    rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias("_id"))
    return _derived_anew(entity, rows, mapped).select("canonical_id", "_id", *entity.fields)
