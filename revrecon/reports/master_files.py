"""The account master as each system takes it in: its own keys, its own column names, its own way of writing."""

from dataclasses import dataclass

import polars as pl

from revrecon.canonical.account_master import id_columns
from revrecon.canonical.hierarchy import own_nodes
from revrecon.canonical.own_writing import written_back
from revrecon.canonical.standard_forms import standardised
from revrecon.canonical.survivorship import representatives
from revrecon.canonical.world import EntityWorld
from revrecon.entity_map.entities import Entity, FieldMapping, FieldRule
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.systems import Formats

PREFIX = "revrecon_"
CANONICAL = f"{PREFIX}canonical_id"

PLACE_COLUMNS: dict[str, pl.DataType] = {
    f"{PREFIX}role": pl.String(),  # account, duplicate, or contract: a node that stands for a contract of its company
    f"{PREFIX}kept_id": pl.String(),  # this system's record that stays for the same thing; of an account itself
    CANONICAL: pl.String(),
    f"{PREFIX}aliases": pl.String(),  # former canonical ids, blank-separated
    f"{PREFIX}parent": pl.String(),  # the canonical parent's canonical id; empty for a root
    f"{PREFIX}ultimate_parent": pl.String(),
    f"{PREFIX}level": pl.String(),  # 0 for a root
    f"{PREFIX}parent_id": pl.String(),  # the same parents by this system's keys; empty where it does not hold them
    f"{PREFIX}ultimate_parent_id": pl.String(),
}
"""Columns of every system's file, between its key and its own columns with the surviving values."""

ALIAS_SCHEMA: dict[str, pl.DataType] = {
    "alias": pl.String(),  # a canonical id that was published once and is no longer canonical
    "canonical_id": pl.String(),  # what it stands for now
}


@dataclass(frozen=True)
class MasterFile:
    """One file of a publication: text columns only, one row per key, sorted by it."""

    name: str
    key: str
    id_column: str
    frame: pl.DataFrame


def all_files(
    entity_map: EntityMap, entity_name: str, here: EntityWorld, master: pl.DataFrame, aliases: pl.DataFrame
) -> list[MasterFile]:
    """The master itself and one file per copy that has said anything; fields with personal data are left out."""
    told = _told_aliases(aliases)
    systems = [system_file(entity_map, entity_name, copy, here, master, told) for copy in sorted(here.copies)]
    return [whole_file(entity_map, entity_name, master, told), *systems]


def _told_aliases(aliases: pl.DataFrame) -> pl.DataFrame:
    return aliases.sort("alias").group_by("canonical_id").agg(pl.col("alias").str.join(" ").alias("aliases"))


def whole_file(entity_map: EntityMap, entity_name: str, master: pl.DataFrame, told: pl.DataFrame) -> MasterFile:
    """The master with every system's keys, for readers that are no system of record."""
    entity = entity_map.entities[entity_name]
    personal = [name for name, rule in entity.fields.items() if rule.personal]
    ids = id_columns(entity.replication)
    frame = master.drop([c for name in personal for c in (name, f"{name}__from") if c in master.columns])
    frame = frame.with_columns(pl.col(name).list.join(" ") for name in ids)
    frame = frame.join(told, on="canonical_id", how="left").with_columns(pl.all().cast(pl.String))
    return MasterFile(entity_name, "canonical_id", "canonical_id", frame.sort("canonical_id"))


def system_file(
    entity_map: EntityMap, entity_name: str, copy_name: str, here: EntityWorld, master: pl.DataFrame, told: pl.DataFrame
) -> MasterFile:
    """One system's file: every record that it holds of something canonical, by its own key (PLACE_COLUMNS).

    Surviving values stand under the system's own columns, on the record that stays; duplicates and contract entities
    get their place only. Values whose mapping cannot be turned round are left out.
    """
    copy = entity_map.entities[entity_name].replication[copy_name]
    spec = entity_map.object_of(copy_name, copy)
    key = spec.key[0] if len(spec.key) == 1 and not spec.repeats else "record_key"
    rows = _places(entity_map, entity_name, copy_name, here, master).join(
        told.rename({"canonical_id": CANONICAL, "aliases": f"{PREFIX}aliases"}), on=CANONICAL, how="left"
    )
    values = _values(entity_map, entity_name, copy_name, here, master, key)
    rows = rows.join(values, left_on=CANONICAL, right_on="canonical_id", how="left")
    stays = pl.col(f"{PREFIX}role") == "account"
    own = [name for name in values.columns if name != "canonical_id"]
    rows = rows.with_columns(pl.when(stays).then(pl.col(name)).alias(name) for name in own)
    shown = rows.select(pl.col("_id").alias(key), *PLACE_COLUMNS, *own).with_columns(pl.all().cast(pl.String))
    return MasterFile(f"{entity_name}_{copy_name}", key, CANONICAL, shown.sort(key))


def _places(
    entity_map: EntityMap, entity_name: str, copy_name: str, here: EntityWorld, master: pl.DataFrame
) -> pl.DataFrame:
    entity, records = entity_map.entities[entity_name], here.copies[copy_name].records
    kept = representatives(entity, copy_name, records).select("canonical_id", pl.col("_id").alias("_kept"))
    nodes = own_nodes(entity, copy_name, records, kept.rename({"_kept": "_id"}))
    known = master.select("canonical_id", "canonical_parent", "ultimate_parent", "hierarchy_level")
    rows = nodes.join(kept, on="canonical_id").join(known, on="canonical_id")
    for name in ("canonical_parent", "ultimate_parent"):
        held = kept.select(pl.col("canonical_id").alias(name), pl.col("_kept").alias(f"_{name}"))
        rows = rows.join(held, on=name, how="left")
    role = pl.when("contract").then(pl.lit("contract")).when(pl.col("_id") == pl.col("_kept")).then(pl.lit("account"))
    own_parent = pl.when("contract").then("_kept").otherwise("_canonical_parent")
    return rows.select(
        "_id", role.otherwise(pl.lit("duplicate")).alias(f"{PREFIX}role"), pl.col("_kept").alias(f"{PREFIX}kept_id"),
        pl.col("canonical_id").alias(CANONICAL), pl.col("canonical_parent").alias(f"{PREFIX}parent"),
        pl.col("ultimate_parent").alias(f"{PREFIX}ultimate_parent"),
        pl.col("hierarchy_level").alias(f"{PREFIX}level"), own_parent.alias(f"{PREFIX}parent_id"),
        pl.col("_ultimate_parent").alias(f"{PREFIX}ultimate_parent_id"),
    )  # fmt: skip


def _values(
    entity_map: EntityMap, entity_name: str, copy_name: str, here: EntityWorld, master: pl.DataFrame, key: str
) -> pl.DataFrame:
    """Surviving values under a system's own column names, as it writes them: `canonical_id`, and a column per field.

    A value that the system already has, but for its writing, stays as the system writes it.
    """
    entity = entity_map.entities[entity_name]
    copy = entity.replication[copy_name]
    formats = entity_map.systems[entity_map.system_of(copy_name, copy)].formats
    known = _with_own_writing(entity, copy_name, here, master)
    taken: dict[str, pl.Expr] = {}
    for name, mapping in copy.fields.items():
        rule = entity.fields[name]
        if rule.personal or mapping.column in (None, key) or name not in master.columns:
            continue
        written = _written(name, rule, mapping, formats)
        if written is not None:
            taken.setdefault(str(mapping.column), written)
    return known.select("canonical_id", *(value.alias(column) for column, value in taken.items()))


def _with_own_writing(entity: Entity, copy_name: str, here: EntityWorld, master: pl.DataFrame) -> pl.DataFrame:
    """The master with the system's own value wherever both are equal in standard form."""
    kept = representatives(entity, copy_name, here.copies[copy_name].records)
    fields = [n for n, rule in entity.fields.items() if rule.standard and n in kept.columns and n in master.columns]
    own = kept.select("canonical_id", *(pl.col(name).alias(f"_own_{name}") for name in fields))
    joined = master.join(own, on="canonical_id", how="left")
    equal = {
        name: standardised(f"_own_{name}", entity.fields[name].standard)
        == standardised(name, entity.fields[name].standard)
        for name in fields
    }
    return joined.with_columns(
        pl.when(same).then(f"_own_{name}").otherwise(name).alias(name) for name, same in equal.items()
    )


def _written(name: str, rule: FieldRule, mapping: FieldMapping, formats: Formats) -> pl.Expr | None:
    """A surviving value as a system writes it, or None where its mapping cannot be turned round."""
    return (
        None
        if mapping.unit or mapping.format or rule.type == "reference"
        else written_back(name, rule, mapping, formats)
    )
