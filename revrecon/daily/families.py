"""Finding one company by what people call it, or by any of its keys."""

import polars as pl

from revrecon.canonical.account_master import entities_with_a_tree
from revrecon.canonical.naming import naming_field
from revrecon.daily.day import Day
from revrecon.daily.names import UnknownName
from revrecon.reports.family import Family, family

_MOST_NAMED = 8


def family_of(day: Day, asked: str) -> Family:
    """The family of the company with a canonical id, a record's key in any system, a name, or a part of one name.

    Raises UnknownName when none fits, or when several families do.
    """
    found: dict[tuple[str, str], str] = {}
    for entity in entities_with_a_tree(day.map):
        found |= {(entity, root): label for root, label in _roots(day, entity, asked)}
    if not found:
        raise UnknownName(
            f"Nobody is known as '{asked}' on {day.as_of}. Give a canonical id, a record's key or a name."
        )
    if len(found) > 1:
        named = sorted(f"{label} ({root})" for (_, root), label in found.items())
        more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
        told = ", ".join(named[:_MOST_NAMED])
        raise UnknownName(f"'{asked}' fits {len(named)} families: {told}{more}. Give more of the name, or an id.")
    entity, root = next(iter(found))
    return family(day.map, day.world, entity, root)


def _roots(day: Day, entity: str, asked: str) -> list[tuple[str, str]]:
    """The canonical roots that fit, with their names: by key, else by exact name, else by a part of the name."""
    here = day.world.entities[entity]
    keyed = here.crosswalk.filter((pl.col("record_id") == asked) | (pl.col("canonical_id") == asked))
    ids = keyed["canonical_id"].drop_nulls()
    name = pl.col(naming_field(day.map.entities[entity]) or "canonical_id")
    called = here.canonical.select("canonical_id", name.alias("label")).join(
        here.tree.select(pl.col("node").alias("canonical_id"), "root"), on="canonical_id"
    )
    wanted = asked.casefold()
    lowered = called.with_columns(pl.col("label").str.to_lowercase().alias("_low"))
    for fits in (
        pl.col("canonical_id").is_in(ids.implode()),
        pl.col("_low") == wanted,
        pl.col("_low").str.contains(wanted, literal=True),
    ):
        roots = lowered.filter(fits).select("root").unique()
        if roots.height:
            labels = roots.join(called.select(pl.col("canonical_id").alias("root"), "label"), on="root", how="left")
            return [(root, label or root) for root, label in labels.select("root", "label").sort("root").iter_rows()]
    return []
