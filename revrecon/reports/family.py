"""One company's family across the systems: the canonical tree, and beside each node where every system has it."""

from collections.abc import Iterator, Sequence
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

    @property
    def wrong_links(self) -> int:
        """In how many places a system has the parent wrong."""
        return sum(place is not None and place.wrong for member in self.members for place in member.places)


def family(entity_map: EntityMap, world: World, entity_name: str, root: str) -> Family:
    """The family of a canonical root: parents before children, siblings by name, contracts after their company."""
    return next(families(entity_map, world, entity_name, [root]))


def families(entity_map: EntityMap, world: World, entity_name: str, roots: Sequence[str]) -> Iterator[Family]:
    """The families of several canonical roots, in their order; every copy is judged once."""
    here, entity = world.entities[entity_name], entity_map.entities[entity_name]
    judged = _judged(entity_map, world, entity_name)
    called = {copy: dict(node_names(entity, here, copy).iter_rows()) for copy in judged}
    names = {node: label or node for one in called.values() for node, label in one.items()}
    systems = [system_title(entity_map, entity_map.system_of(copy, entity.replication[copy])) for copy in judged]
    for root in roots:
        tree = here.tree.filter(pl.col("root") == root)
        seen = [
            _around(here.own_trees[copy], nodes, called[copy], tree["node"].implode()) for copy, nodes in judged.items()
        ]
        yield Family(names.get(root, root), root, tuple(systems), tuple(_members(tree, seen, names)))


def troubled_roots(entity_map: EntityMap, world: World, entity_name: str) -> list[str]:
    """The canonical roots of families in which a system has wrong parents, those with most of them first."""
    wrong = [
        nodes.filter(pl.col("cause").is_not_null()).select(pl.col("canonical_id").alias("node"))
        for nodes in _judged(entity_map, world, entity_name).values()
    ]
    if not wrong:
        return []
    roots = pl.concat(wrong).join(world.entities[entity_name].tree, on="node")
    counted = roots.group_by("root").len().sort("len", "root", descending=[True, False])
    return [str(root) for root in counted["root"]]


def _judged(entity_map: EntityMap, world: World, entity_name: str) -> dict[str, pl.DataFrame]:
    copies = [copy for copy in world.entities[entity_name].copies if has_tree(entity_map, entity_name, copy)]
    return {copy: judged_nodes(entity_map, world, entity_name, copy) for copy in copies}


def _around(
    own: pl.DataFrame, judged: pl.DataFrame, names: dict[str, str], inside: pl.Series
) -> dict[str, tuple[Place, str]]:
    """The nodes of a copy that belong to a family or stand in it: each one's place there, and its canonical id."""
    standing = own.filter(pl.col("root").is_in(inside))["node"].implode()
    near = judged.filter(pl.col("canonical_id").is_in(inside) | pl.col("node").is_in(standing))
    return {row["node"]: (_place(row, names), row["canonical_id"]) for row in near.iter_rows(named=True)}


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
