"""A lens as a value: a definition, a moment, a tree and data; and the one function that looks through it."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition
from revrecon.numbers.held import held_records
from revrecon.numbers.lenses import (
    added,
    canonical_formula,
    canonical_lens,
    counted,
    counted_canonical,
    dated,
    own_formula,
    own_lens,
    own_unit,
    roots_counted,
    without_duplicates,
)
from revrecon.numbers.moments import Period
from revrecon.numbers.placing import own_records
from revrecon.numbers.rooting import roots_of_canonical_rows, roots_of_own_rows

Side = Literal["own", "canonical"]
Data = Literal["own", "folded", "canonical"]


@dataclass(frozen=True)
class Lens:
    """What turns records into one figure. `own` tree and data are those of the department's own definition.

    `folded` data are the department's own without duplicates: the stop on the way from own to canonical data. A
    department's definition without a copy has no data or tree of its own, so that both sides are the canonical one.
    """

    definition: Definition
    department: Definition
    moment: World
    tree: Side
    data: Data


def same_meaning(one: Definition, other: Definition) -> bool:
    """Whether two definitions say the same in canonical words, whatever their conditions are called."""
    conditions = [sorted(d.conditions.values()) for d in (one, other)]
    measures = [d.measure.model_copy(update={"sum": sorted(p.sql for p in (d.measure.sum or {}).values())})
                for d in (one, other)]  # fmt: skip
    return one.entity == other.entity and conditions[0] == conditions[1] and measures[0] == measures[1]


def contribution(entity_map: EntityMap, lens: Lens, period: Period) -> pl.DataFrame:
    """What each unit contributes to the figure under a lens (`lenses.CONTRIBUTION_SCHEMA`).

    Raises NotKnown where the lens looks at a day or a copy of which nothing was received.
    """
    if same_meaning(lens.definition, lens.department):
        return _in_own_words(entity_map, lens, period)
    return _in_other_words(entity_map, lens, period)


def _in_own_words(entity_map: EntityMap, lens: Lens, period: Period) -> pl.DataFrame:
    mine, world, own_tree = lens.department, lens.moment, lens.tree == "own"
    if lens.data == "canonical" or mine.copy_name is None:
        return canonical_lens(entity_map, world, mine, period, own_tree)
    formula, folded = own_formula(mine), lens.data == "folded"
    if own_tree or formula.measure.count_roots is None:
        return own_lens(entity_map, world, mine, period, folded)
    records = own_records(world, mine.entity, mine.copy_name)
    if folded:
        records = without_duplicates(entity_map.entities[mine.entity], mine.copy_name, records, keep_contracts=True)
    rows = counted(dated(records, world.as_of, period), formula).with_columns(pl.col("_id").alias("record"))
    return roots_counted(roots_of_own_rows(entity_map, world, mine, formula.measure.count_roots, rows, own_tree=False))


def _in_other_words(entity_map: EntityMap, lens: Lens, period: Period) -> pl.DataFrame:
    """A definition that is not the department's, in canonical words, on what the department holds or on canonical."""
    world, formula = lens.moment, canonical_formula(lens.definition)
    rooted, own_tree = formula.measure.count_roots, lens.tree == "own" and lens.department.copy_name is not None
    if lens.data == "canonical" or lens.department.copy_name is None:
        if rooted is None or not own_tree:
            return canonical_lens(entity_map, world, lens.definition, period)
        rows = counted_canonical(world, lens.definition, period)
        return roots_counted(
            roots_of_canonical_rows(entity_map, world, lens.department, lens.definition.entity, rooted, rows, own_tree)
        )
    entity, folded = lens.definition.entity, lens.data == "folded"
    held = held_records(entity_map, world, lens.department, entity, period, folded)
    rows = counted(dated(held, world.as_of, period), formula)
    rows = rows.with_columns(pl.coalesce("_id", "canonical_id").alias("record"))
    if rooted is None:
        return added(rows.with_columns(own_unit(str(lens.department.copy_name)).alias("unit_id")))
    return roots_counted(_rooted(entity_map, lens, rooted, rows, own_tree))


def _rooted(entity_map: EntityMap, lens: Lens, rooted: str, rows: pl.DataFrame, own_tree: bool) -> pl.DataFrame:
    """Rows at their roots: those that the department holds by its own keys, the others by canonical ids."""
    by_key = pl.col("_id").is_not_null() & pl.lit(rooted == "self" or f"{rooted}__key" in rows.columns)
    own, others = rows.filter(by_key), rows.filter(~by_key)
    found = [
        roots_of_canonical_rows(
            entity_map, lens.moment, lens.department, lens.definition.entity, rooted, others, own_tree
        )
    ]
    if own.height:
        found.append(roots_of_own_rows(entity_map, lens.moment, lens.department, rooted, own, own_tree))
    return pl.concat(found)
