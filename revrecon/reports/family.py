"""One company's family across the systems: the canonical tree, and beside each node where every system has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from revrecon.canonical.world import World
from revrecon.entity_map.model import EntityMap
from revrecon.quality.hierarchy import has_tree, judged_nodes
from revrecon.quality.links import node_names
from revrecon.reports.daily import system_title


@dataclass(frozen=True)
class Place:
    """Where one system has a node: its record there, and what is wrong with its parent, if anything."""

    record_id: str
    told: str
    wrong: bool


@dataclass(frozen=True)
class Member:
    """A node of the family, how deep it stands, and its place in each system (None: not held)."""

    label: str
    node: str
    depth: int
    places: tuple[Place | None, ...]
    belongs: bool


@dataclass(frozen=True)
class Family:
    """All nodes below one canonical root, and those that only a system puts there."""

    label: str
    root: str
    systems: tuple[str, ...]
    members: tuple[Member, ...]


def family(entity_map: EntityMap, world: World, entity_name: str, root: str) -> Family:
    """The family of a canonical root: parents before children, siblings by name, contracts after their company."""
    here, entity = world.entities[entity_name], entity_map.entities[entity_name]
    copies = [copy for copy in here.copies if has_tree(entity_map, entity_name, copy)]
    tree = here.tree.filter(pl.col("root") == root)
    seen = [_around(entity_map, world, entity_name, copy, tree["node"]) for copy in copies]
    names = {node: label or node for copy in copies for node, label in node_names(entity, here, copy).iter_rows()}
    members = tuple(_members(tree, seen, names))
    systems = [entity_map.system_of(copy, entity.replication[copy]) for copy in copies]
    return Family(names.get(root, root), root, tuple(system_title(entity_map, s) for s in systems), members)


def _around(
    entity_map: EntityMap, world: World, entity_name: str, copy: str, inside: pl.Series
) -> dict[str, tuple[Place, str]]:
    """The nodes of a copy that belong to a family or stand in it: each one's place there, and its canonical id."""
    here, entity = world.entities[entity_name], entity_map.entities[entity_name]
    names = dict(node_names(entity, here, copy).iter_rows())
    standing = here.own_trees[copy].filter(pl.col("root").is_in(inside.implode()))["node"]
    near = pl.col("canonical_id").is_in(inside.implode()) | pl.col("node").is_in(standing.implode())
    judged = judged_nodes(entity_map, world, entity_name, copy).filter(near)
    return {row["node"]: (_place(row, names), row["canonical_id"]) for row in judged.iter_rows(named=True)}


def _place(row: dict[str, Any], names: dict[str, str]) -> Place:
    if row["cause"] is None:
        return Place(row["_id"], "", False)
    if row["trouble"] == "cycle":
        return Place(row["_id"], "in a cycle", True)
    told = f"under {names.get(row['observed']) or row['observed']}" if row["observed"] else "no parent"
    return Place(row["_id"], told, True)


def _members(tree: pl.DataFrame, seen: list[dict[str, tuple[Place, str]]], names: dict[str, str]) -> Iterator[Member]:
    inside, depths = set(tree["node"]), {}
    outside = [
        (node, at, *told) for at, one in enumerate(seen) for node, told in sorted(one.items()) if node not in inside
    ]

    def alone(node: str, at: int, place: Place, depth: int, belongs: bool) -> Member:
        places = tuple(place if at == other else None for other in range(len(seen)))
        return Member(names.get(node, node), node, depth, places, belongs)

    for node, depth in _in_order(tree, names):
        depths[node] = depth
        places = tuple(one[node][0] if node in one else None for one in seen)
        yield Member(names.get(node, node), node, depth, places, True)
        for other, at, place, stands_for in outside:
            if stands_for == node:
                yield alone(other, at, place, depth + 1, True)
    for other, at, place, stands_for in outside:
        if stands_for not in depths:
            yield alone(other, at, place, 1, False)


def _in_order(tree: pl.DataFrame, names: dict[str, str]) -> Iterator[tuple[str, int]]:
    children: dict[str | None, list[str]] = {}
    for node, parent in tree.select("node", "parent").iter_rows():
        children.setdefault(parent, []).append(node)
    waiting = [(node, 0) for node in children.get(None, [])]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        below = sorted(children.get(node, []), key=lambda n: (names.get(n, n), n), reverse=True)
        waiting += [(child, depth + 1) for child in below]
