"""What wrong links are worth: the money and the counts that roll up to a wrong ultimate parent, link by link."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.numbers.converting import world_of
from revrecon.numbers.frames import VALUE
from revrecon.numbers.moments import Period, periods
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.roll_ups import placed_records, tree_fields
from revrecon.numbers.rooted_tree import best_order, rooted_tree
from revrecon.numbers.worlds import WorldOn
from revrecon.quality.links import LINK_SCHEMA, wrong_links

WORTH_SCHEMA: dict[str, pl.DataType] = {
    **LINK_SCHEMA,
    "number": pl.String(),  # null where the link moves no number
    "period": pl.String(),
    "definition": pl.String(),
    "unit": pl.String(),
    "amount_moved": VALUE,  # below the node under a wrong root; for counts of roots: what the link adds to the count
    "records_moved": pl.Int64(),  # counted records below the node whose ultimate parent is not the canonical one
}
"""One row per wrong link and figure that it moves; a link that moves none has one row without a number."""

CORRECTION_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "period": pl.String(),
    "definition": pl.String(),
    "rank": pl.Int64(),  # 1 for the link to set right first
    **LINK_SCHEMA,
    "gross_before": VALUE,  # the hierarchy step, roots too many and too few added up, with nothing set right
    "gross_left": VALUE,  # the same with this link and all before it set right
    "net_left": VALUE,  # the step's signed amount then
    "share_removed": pl.Float64(),  # of the gross step, by this link and all before it
    "still_wrong": pl.Boolean(),  # on the day itself; a figure as of an earlier day may name a link mended since
}
"""One row per link and bridge with a hierarchy step, in the order in which to set them right."""


@dataclass(frozen=True)
class Seen:
    """One figure as it looks at a tree: its records at their nodes, and the links that are wrong at its own moment."""

    number: str
    period: Period
    definition: str
    copy: str
    counts_roots: bool
    world: World
    placed: pl.DataFrame
    links: pl.DataFrame


def figures_on_trees(entity_map: EntityMap, entity_name: str, as_of: date, world_on: WorldOn) -> Iterator[Seen]:
    """Every department's figure whose records stand in its own tree of an entity; those that are not known left out."""
    for name, number in entity_map.numbers.items():
        for label, definition in number.definitions.items():
            for field, (entity, copy) in tree_fields(entity_map, definition).items():
                if entity != entity_name or label == number.canonical:
                    continue
                for period in periods(number, as_of, entity_map.company):
                    try:
                        world = world_of(entity_map, definition, as_of, world_on)
                        placed = placed_records(entity_map, world, definition, period, field)
                    except NotKnown:
                        continue
                    links = wrong_links(entity_map, world, entity_name, copy)
                    counts = definition.measure.count_roots is not None
                    yield Seen(name, period, label, copy, counts, world, placed, links)


def link_worth(entity_map: EntityMap, entity_name: str, today: World, figures: list[Seen]) -> pl.DataFrame:
    """Every link that is wrong on a day, and what it moves in each figure at that figure's own moment (WORTH_SCHEMA).

    A record below several wrong links is moved by each of them, so that the amounts of links do not add up.
    """
    links = links_of(entity_map, entity_name, today)
    moved = pl.concat(
        [pl.DataFrame(schema=_MOVED_SCHEMA), *(_moved(entity_map, entity_name, seen) for seen in figures)]
    )
    worth = links.join(moved, on=["copy", "node"], how="left")
    ranked = worth.sort("copy", pl.col("amount_moved").abs(), "node", "number", "period", "definition",
                        descending=[False, True, False, False, False, False], nulls_last=True)  # fmt: skip
    return ranked.select(pl.col(column).cast(dtype) for column, dtype in WORTH_SCHEMA.items())


def links_of(entity_map: EntityMap, entity_name: str, world: World) -> pl.DataFrame:
    """The wrong links of every copy of an entity (LINK_SCHEMA)."""
    copies = entity_map.entities[entity_name].replication
    return pl.concat([wrong_links(entity_map, world, entity_name, copy) for copy in copies])


_MOVED_SCHEMA: dict[str, pl.DataType] = {
    "copy": pl.String(), "node": pl.String(), "number": pl.String(), "period": pl.String(), "definition": pl.String(),
    "unit": pl.String(), "amount_moved": VALUE, "records_moved": pl.Int64(),
}  # fmt: skip


def _moved(entity_map: EntityMap, entity_name: str, seen: Seen) -> pl.DataFrame:
    here = seen.world.entities[entity_name]
    below = _wrongly_rooted(here.own_trees[seen.copy], seen.placed, seen.links)
    moved = below.group_by("node").agg(
        pl.col("value").sum().cast(VALUE).alias("amount_moved"),
        pl.col("record").n_unique().cast(pl.Int64).alias("records_moved"),
    )
    if seen.counts_roots:
        tree, children, parents = rooted_tree(here.own_trees[seen.copy], here.tree, seen.placed, seen.links)
        _, change, possible = tree.gains(children, parents)
        adds = pl.DataFrame({"node": seen.links["node"], "_adds": np.where(possible, -change, 0)})
        moved = moved.join(adds, on="node", how="left").with_columns(pl.col("_adds").cast(VALUE).alias("amount_moved"))
    named = moved.with_columns(
        pl.lit(seen.copy).alias("copy"), pl.lit(seen.number).alias("number"), pl.lit(seen.period.name).alias("period"),
        pl.lit(seen.definition).alias("definition"), pl.lit(entity_map.numbers[seen.number].unit).alias("unit"),
    )  # fmt: skip
    return named.select(pl.col(column).cast(dtype) for column, dtype in _MOVED_SCHEMA.items())


def _wrongly_rooted(own: pl.DataFrame, placed: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Per link the counted records at its node or below whose root is wrong: `node`, `record`, `value`."""
    wrong = placed.filter(pl.col("own_root").is_not_null() & (pl.col("own_root") != pl.col("canonical_root")))
    climbing = wrong.select("record", "value", "node")
    up = own.select("node", "parent")
    found = []
    while not climbing.is_empty():
        found.append(climbing.join(links.select("node"), on="node", how="semi"))
        climbing = climbing.join(up, on="node").filter(pl.col("parent").is_not_null())
        climbing = climbing.select("record", "value", pl.col("parent").alias("node"))
    return pl.concat([placed.clear().select("record", "value", "node"), *found])


def smallest_corrections(
    entity_map: EntityMap, entity_name: str, today: World, figures: list[Seen], most: int = 100
) -> pl.DataFrame:
    """Per bridge with a hierarchy step the links to set right, best first, until it is gone (CORRECTION_SCHEMA).

    At most so many per bridge. Every share is that of the step recomputed with the links so far set right.
    """
    wrong_today = links_of(entity_map, entity_name, today).select("copy", "node", pl.lit(True).alias("still_wrong"))
    ranked = [_ranked(entity_name, seen, most) for seen in figures if seen.counts_roots]
    every = pl.concat([pl.DataFrame(schema=CORRECTION_SCHEMA).drop("still_wrong"), *ranked])
    marked = every.join(wrong_today, on=["copy", "node"], how="left", maintain_order="left")
    marked = marked.with_columns(pl.col("still_wrong").fill_null(False))
    return marked.select(pl.col(column).cast(dtype) for column, dtype in CORRECTION_SCHEMA.items())


def _ranked(entity_name: str, seen: Seen, most: int) -> pl.DataFrame:
    here = seen.world.entities[entity_name]
    tree, children, parents = rooted_tree(here.own_trees[seen.copy], here.tree, seen.placed, seen.links)
    before = tree.gap()[1]
    rows = []
    for rank, (at, after) in enumerate(best_order(tree, children, parents), start=1):
        net, gross = after.gap()
        rows.append(
            {"rank": rank, "_at": at, "gross_left": gross, "net_left": net, "share_removed": 1 - gross / before}
        )
        if rank == most:
            break
    schema = {
        "rank": pl.Int64,
        "_at": pl.UInt32,
        "gross_left": pl.Int64,
        "net_left": pl.Int64,
        "share_removed": pl.Float64,
    }
    ranked = pl.DataFrame(rows, schema=schema).join(seen.links.with_row_index("_at"), on="_at", how="left")
    named = ranked.sort("rank").with_columns(
        pl.lit(seen.number).alias("number"), pl.lit(seen.period.name).alias("period"),
        pl.lit(seen.definition).alias("definition"), pl.lit(before).alias("gross_before"),
    )  # fmt: skip
    return named.select(pl.col(c).cast(t) for c, t in CORRECTION_SCHEMA.items() if c != "still_wrong")
