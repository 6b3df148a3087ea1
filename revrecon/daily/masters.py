"""Wrong links, corrections and account masters of a day, kept as tables."""

from dataclasses import dataclass
from functools import partial

import polars as pl

from revrecon.canonical.account_master import account_master, entities_with_a_tree
from revrecon.daily.day import Day
from revrecon.numbers.hierarchy_worth import (
    CORRECTION_SCHEMA,
    figures_on_trees,
    link_worth,
    smallest_corrections,
)


@dataclass(frozen=True)
class HierarchyDay:
    """An entity's wrong links with what they move (WORTH_SCHEMA), and the order to mend them in (CORRECTION_SCHEMA)."""

    links: pl.DataFrame
    corrections: pl.DataFrame


def make_hierarchy(day: Day, entity: str) -> HierarchyDay:
    """Work out and keep every copy's own tree, its wrong links and the smallest set of corrections."""
    for copy, tree in day.world.entities[entity].own_trees.items():
        day.tables.write("hierarchy_own", f"{entity}_{copy}", day.as_of, tree)
    figures = list(figures_on_trees(day.map, entity, day.as_of, day.world_on))
    links = link_worth(day.map, entity, day.world, figures)
    corrections = smallest_corrections(day.map, entity, day.world, figures)
    day.tables.write("hierarchy_links", entity, day.as_of, links)
    day.tables.write("hierarchy_corrections", entity, day.as_of, corrections)
    return HierarchyDay(links, corrections)


def make_master(day: Day, entity: str) -> pl.DataFrame:
    """Work out and keep the master of an entity with a hierarchy."""
    master = account_master(day.map.entities[entity], day.world.entities[entity])
    day.tables.write("account_master", entity, day.as_of, master)
    return master


def kept_or_made_master(day: Day, entity: str) -> pl.DataFrame:
    """The master of a day as it was kept, or made now."""
    if day.tables.has("account_master", entity, day.as_of):
        return day.tables.read("account_master", entity, day.as_of)
    return make_master(day, entity)


def kept_or_made_hierarchy(day: Day, entity: str) -> HierarchyDay:
    """Links and corrections of a day as they were kept, or made now."""
    rooms = ("hierarchy_links", "hierarchy_corrections")
    if all(day.tables.has(room, entity, day.as_of) for room in rooms):
        return HierarchyDay(*map(partial(day.tables.read, name=entity, day=day.as_of), rooms))
    return make_hierarchy(day, entity)


def all_day_corrections(day: Day) -> pl.DataFrame:
    """The corrections of every entity with a hierarchy (CORRECTION_SCHEMA)."""
    made = [kept_or_made_hierarchy(day, entity).corrections for entity in entities_with_a_tree(day.map)]
    return pl.concat([pl.DataFrame(schema=CORRECTION_SCHEMA), *made])
