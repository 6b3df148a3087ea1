"""Worlds as definitions see them: of their own as-of day, in the company's currency at their own day's rates.

The day of the rates belongs to the as-of of a lens. What it moves by itself is `timing.exchange_rate`.
"""

from datetime import date

import polars as pl

from revrecon.canonical.conversion import NOT_CONVERTED, Conversion
from revrecon.canonical.converted import converted, has_currencies
from revrecon.canonical.world import World
from revrecon.entity_map.currencies import foreign_fields
from revrecon.entity_map.formulas import columns_in
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Definition
from revrecon.numbers.lenses import Formula, canonical_formula, dated, included, own_formula
from revrecon.numbers.moments import Period, moment_of
from revrecon.numbers.placing import own_records
from revrecon.numbers.worlds import WorldOn


def world_of(entity_map: EntityMap, definition: Definition, as_of: date, world_on: WorldOn) -> World:
    """The world that a definition looks at when it is asked for on a day. Raises NotKnown before all history."""
    world = world_on(moment_of(definition.as_of, as_of, entity_map.company))
    return converted(entity_map, world, Conversion(definition.converted.at, world.as_of))


def at_the_rates_of(entity_map: EntityMap, world: World, other: World) -> World:
    """A world at the rates at which another one is converted; the very same where both are, or there are none."""
    return world if other.conversion is None else converted(entity_map, world, other.conversion)


def left_out(
    entity_map: EntityMap, definition: Definition, canonical: bool, world: World, period: Period
) -> tuple[str, ...]:
    """In a sentence, how many records are not in a figure because their amounts have no rate; nothing where all are.

    Counted are those that meet every condition that does not itself look at an amount.
    """
    entity = entity_map.entities[definition.entity]
    if not has_currencies(entity_map) or not foreign_fields(entity):
        return ()
    formula = canonical_formula(definition) if canonical else own_formula(definition)
    money = {name for name, rule in entity.fields.items() if rule.type == "money"}
    if not money & _looked_at(entity_map, definition, formula):
        return ()
    if canonical:
        records = world.entities[definition.entity].canonical
    else:
        records = own_records(world, definition.entity, str(definition.copy_name))
    lost = records.filter(pl.col(NOT_CONVERTED).is_not_null())
    plain = {name: sql for name, sql in formula.conditions.items() if not columns_in(sql) & money}
    if not lost.is_empty():
        inside = included(dated(lost, world.as_of, period), Formula(plain, formula.measure))
        lost = lost.filter(inside.select(pl.all_horizontal(pl.all())).to_series())
    told = (f"{world.rates.unusable}.",) if world.rates.unusable else ()
    if lost.is_empty():
        return told
    first = lost.sort("_id").row(0, named=True)
    return (
        f"{lost.height} record(s) of {definition.entity} are left out, the first {first['_id']}: "
        f"{first[NOT_CONVERTED]}; add the rate to 'currencies'.",
        *told,
    )


def _looked_at(entity_map: EntityMap, definition: Definition, formula: Formula) -> set[str]:
    """The fields that a formula looks at, those behind derived ones included."""
    fields = entity_map.entities[definition.entity].fields
    sums = [part.sql for part in (formula.measure.sum or {}).values()]
    waiting = [name for sql in (*formula.conditions.values(), *sums) for name in columns_in(sql)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            derived = fields[name].derived if name in fields else None
            waiting += columns_in(derived) if derived else []
    return found
