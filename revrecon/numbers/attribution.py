"""Attribution: what each stage of a walk moved, record by record, under the cause that explains it.

Every function returns reconciling items (`unit_id`, `cause`, `detail`, `amount`, `own_records`) whose amounts add up to
exactly what the stage moved.
"""

from dataclasses import replace

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition, Measure
from revrecon.entity_map.parts import in_hours
from revrecon.numbers.as_of_pieces import as_of_pieces
from revrecon.numbers.frames import VALUE
from revrecon.numbers.lens import contribution
from revrecon.numbers.lenses import canonical_formula, components, dated, included, own_formula
from revrecon.numbers.moments import Period
from revrecon.numbers.orders import CORNERS, is_set
from revrecon.numbers.walk import Walk, moved
from revrecon.quality.drift import differences, is_in_transit

PIECE_SCHEMA: dict[str, pl.DataType] = {
    "unit_id": pl.String(),
    "cause": pl.String(),
    "detail": pl.String(),
    "amount": VALUE,
    "own_records": pl.List(pl.String()),
}


def pieces_of(entity_map: EntityMap, walk: Walk) -> pl.DataFrame:
    """All reconciling items of a walk (PIECE_SCHEMA); their sum is reported less canonical."""
    mine, canonical = walk.ends.mine, walk.ends.canonical
    stages = [
        _in_transit_first(entity_map, walk, mine, _duplicates(walk)),
        _in_transit_first(entity_map, walk, mine, _values(entity_map, walk, mine)),
        _hierarchy(entity_map, walk, mine),
        as_of_pieces(entity_map, walk),
        _definition(walk, mine, canonical),
    ]
    return pl.concat([shaped(stage) for stage in stages])


def shaped(frame: pl.DataFrame) -> pl.DataFrame:
    """Reconciling items in the columns of PIECE_SCHEMA, those that move nothing left out."""
    if "own_records" not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.List(pl.String)).alias("own_records"))
    pieces = frame.select(pl.col(column).cast(dtype) for column, dtype in PIECE_SCHEMA.items())
    return pieces.filter(pl.col("amount") != 0)


def _duplicates(walk: Walk) -> pl.DataFrame:
    rows = moved(walk.reported, walk.folded)
    return rows.select(
        "unit_id", pl.lit("quality.duplicate").alias("cause"), pl.lit("held more than once").alias("detail"), "amount",
        pl.col("records_before").alias("own_records"),
    )  # fmt: skip


def _in_transit_first(entity_map: EntityMap, walk: Walk, mine: Definition, pieces: pl.DataFrame) -> pl.DataFrame:
    """A difference on a record that changed within the copy's freshness limit is timing: the copy is not late yet."""
    if pieces.is_empty():
        return pieces
    copy = entity_map.entities[mine.entity].replication[str(mine.copy_name)]
    if copy.freshness is None:
        return pieces
    fresh = walk.own_moment.entities[mine.entity].canonical.filter(is_in_transit(copy.freshness, walk.own_moment))
    in_transit = pl.col("unit_id").is_in(fresh["canonical_id"].implode())
    return pieces.with_columns(
        pl.when(in_transit).then(pl.lit("timing.in_transit")).otherwise("cause").alias("cause"),
        pl.when(in_transit)
        .then(pl.lit(f"changed within {in_hours(copy.freshness)}"))
        .otherwise("detail")
        .alias("detail"),
    )


def _values(entity_map: EntityMap, walk: Walk, mine: Definition) -> pl.DataFrame:
    """Own records, duplicates folded, against canonical ones: absent, stray, or differing in a value."""
    world, copy_name = walk.own_moment, str(mine.copy_name)
    rows = _by_component(entity_map, walk, mine)
    if rows.is_empty():
        return rows.select("unit_id", pl.lit("").alias("cause"), pl.lit("").alias("detail"), "amount")
    here = world.entities[mine.entity]
    records = here.copies[copy_name].records
    strays = records.filter(pl.col("canonical_id").is_null()).select(
        pl.format("{}!own:{}", pl.lit(copy_name), "_id").alias("unit_id"), pl.col("_excluded").alias("_reason")
    )
    held = records.select(pl.col("canonical_id").alias("unit_id"), pl.lit(True).alias("_held")).unique("unit_id")
    known = here.canonical.select(pl.col("canonical_id").alias("unit_id"), pl.lit(True).alias("_known"))
    causes = _value_causes(entity_map, world, mine)
    judged = rows
    for facts in (strays, held, known, causes):
        judged = judged.join(facts, on="unit_id", how="left")
    stray = pl.col("unit_id").str.contains("!own:", literal=True) | pl.col("_known").is_null()
    cause = (
        pl.when(pl.col("_reason").is_not_null()).then(pl.lit("quality.excluded"))
        .when(stray).then(pl.lit("quality.orphan"))
        .when(pl.col("_held").is_null()).then(pl.lit("quality.missing_record"))
        .otherwise(pl.coalesce("_cause", pl.lit("quality.wrong_value")))
    )  # fmt: skip
    detail = (
        pl.when(pl.col("_reason").is_not_null()).then("_reason")
        .when(stray).then(pl.lit("stands for nothing canonical"))
        .when(pl.col("_held").is_null()).then(pl.lit("not copied"))
        .otherwise(pl.coalesce("_component", "_field", pl.lit("another value")))
    )  # fmt: skip
    if mine.measure.count_roots not in (None, "self"):
        cause, detail = pl.lit("quality.wrong_value"), pl.lit("another account")
    return judged.with_columns(cause.alias("cause"), detail.alias("detail"))


def _by_component(entity_map: EntityMap, walk: Walk, mine: Definition) -> pl.DataFrame:
    """What folded own records and canonical ones differ by, per unit and, where a sum has several, per component."""
    own, canonical = own_formula(mine).measure, canonical_formula(mine).measure
    names = list(own.sum or {})
    if len(names) < 2 or names != list(canonical.sum or {}) or is_set(walk.start, "definition"):
        rows = moved(walk.folded, walk.on_canonical_data).rename({"records_before": "own_records"})
        return rows.with_columns(pl.lit(None, dtype=pl.String).alias("_component"))
    found = []
    for name in names:
        alone = replace(walk.ends, mine=_only(mine, name))
        before, after = alone.lens(walk.start, folded=True), alone.lens(walk.start | CORNERS["data"])
        seen = [contribution(entity_map, lens, walk.period) for lens in (before, after)]
        rows = moved(*seen).rename({"records_before": "own_records"})
        found.append(rows.with_columns(pl.lit(name).alias("_component")))
    return pl.concat(found)


def _only(definition: Definition, component: str) -> Definition:
    """The same definition with one component of its sum."""

    def kept(measure: Measure | None) -> Measure | None:
        return Measure(sum={component: measure.sum[component]}) if measure and measure.sum else measure

    own = definition.own.model_copy(update={"measure": kept(definition.own.measure)})
    return definition.model_copy(update={"measure": kept(definition.measure), "own": own})


def _value_causes(entity_map: EntityMap, world: World, mine: Definition) -> pl.DataFrame:
    """Per canonical record of the copy the gravest differing field, money first: `_cause` and `_field`."""
    rows = differences(entity_map, world, mine.entity, str(mine.copy_name), only_wrong=True)
    graver = rows.sort(pl.col("amount").abs(), "field", descending=[True, False], nulls_last=True)
    first = graver.unique("canonical_id", keep="first", maintain_order=True)
    return first.select(
        pl.col("canonical_id").alias("unit_id"), pl.col("cause").alias("_cause"), pl.col("field").alias("_field")
    )


def _hierarchy(entity_map: EntityMap, walk: Walk, mine: Definition) -> pl.DataFrame:
    rows = moved(walk.on_canonical_data, walk.under_canonical_tree)
    rooted = mine.measure.count_roots
    target = mine.entity if rooted in (None, "self") else str(entity_map.entities[mine.entity].fields[str(rooted)].to)
    tree = walk.own_moment.entities[target].tree.select(
        pl.col("node").alias("unit_id"), pl.col("parent").alias("_canonical_parent")
    )
    judged = rows.join(tree, on="unit_id", how="left")
    cause = (
        pl.when(pl.col("unit_id").str.contains("!own:", literal=True)).then(pl.lit("hierarchy.contract_entity"))
        .when((pl.col("amount") > 0) & pl.col("_canonical_parent").is_not_null())
        .then(pl.lit("hierarchy.missing_parent"))
        .otherwise(pl.lit("hierarchy.different_parent"))
    )  # fmt: skip
    detail = pl.when(pl.col("amount") > 0).then(pl.lit("a root here only")).otherwise(pl.lit("a root canonically only"))
    return judged.with_columns(cause.alias("cause"), detail.alias("detail"))


def _definition(walk: Walk, mine: Definition, canonical: Definition) -> pl.DataFrame:
    if is_set(walk.start, "definition"):
        return pl.DataFrame(schema=PIECE_SCHEMA)
    if same_grain(mine, canonical):
        return definitions_apart(walk.canonical_moment, walk.period, mine, canonical)
    rows = moved(walk.at_canonical_moment, walk.canonical)
    detail = (
        pl.when(pl.col("amount") > 0)
        .then(pl.lit(f"counted by {walk.definition} only"))
        .otherwise(pl.lit("counted canonically only"))
    )
    return rows.with_columns(pl.lit("definition.grain").alias("cause"), detail.alias("detail"))


def same_grain(one: Definition, other: Definition) -> bool:
    """Whether two definitions look at the same records, so that they can be compared condition by condition."""
    return one.entity == other.entity and not (one.measure.count_roots or other.measure.count_roots)


def definitions_apart(world: World, period: Period, mine: Definition, canonical: Definition) -> pl.DataFrame:
    """What two definitions of one grain differ by on canonical records, in the map's own words (PIECE_SCHEMA).

    A record that only one definition counts goes to the first condition of the other that keeps it out; a record that
    both count differs by its components.
    """
    seen = dated(world.entities[mine.entity].canonical, world.as_of, period)
    formulas = (canonical_formula(mine), canonical_formula(canonical))
    inside = [included(seen, formula) for formula in formulas]
    parts = [components(seen, formula.measure) for formula in formulas]
    counted = [frame.select(pl.all_horizontal(pl.all()).alias("in")).to_series() for frame in inside]
    totals = [frame.select(pl.sum_horizontal(pl.all()).cast(VALUE)).to_series() for frame in parts]
    only_mine, only_canonical, both = counted[0] & ~counted[1], counted[1] & ~counted[0], counted[0] & counted[1]
    units = seen["canonical_id"].alias("unit_id")
    found = [
        pl.DataFrame({"unit_id": units, "detail": _first_failed(inside[1]), "amount": totals[0]}).filter(only_mine),
        pl.DataFrame({"unit_id": units, "detail": _first_failed(inside[0]), "amount": -totals[1]}).filter(
            only_canonical
        ),
    ]
    filters = [frame.with_columns(pl.lit("definition.filter").alias("cause")) for frame in found]
    return pl.concat([shaped(f) for f in [*filters, *_component_changes(units, parts, both)]])


def _first_failed(conditions: pl.DataFrame) -> pl.Series:
    named = (pl.when(~pl.col(name)).then(pl.lit(f"not: {name}")) for name in conditions.columns)
    return conditions.select(pl.coalesce(*named).alias("detail")).to_series()


def _component_changes(units: pl.Series, parts: list[pl.DataFrame], both: pl.Series) -> list[pl.DataFrame]:
    """Per component what two measures differ by on records that both count; unequal names are swapped one for one."""
    mine, canonical = parts
    zero = pl.Series([0], dtype=pl.Int64).cast(VALUE)
    names = list(dict.fromkeys([*mine.columns, *canonical.columns]))
    if mine.width == 1 and canonical.width == 1 and mine.columns != canonical.columns:
        amount = mine.to_series() - canonical.to_series()
        detail = f"{mine.columns[0]} instead of {canonical.columns[0]}"
        return [_changed(units, detail, amount, both)]
    found = []
    for name in names:
        left = mine[name] if name in mine.columns else zero.new_from_index(0, len(units))
        right = canonical[name] if name in canonical.columns else zero.new_from_index(0, len(units))
        found.append(_changed(units, name, left - right, both))
    return found


def _changed(units: pl.Series, detail: str, amount: pl.Series, both: pl.Series) -> pl.DataFrame:
    rows = pl.DataFrame({"unit_id": units, "amount": amount}).filter(both)
    return rows.with_columns(pl.lit("definition.measure").alias("cause"), pl.lit(detail).alias("detail"))
