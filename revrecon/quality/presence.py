"""Records that should be there and are not, that are there twice, or that stand for nothing."""

import polars as pl

from revrecon.canonical.converted import at_its_day
from revrecon.canonical.copies import CopyRecords
from revrecon.canonical.survivorship import kept_of, places_in, rows_beside
from revrecon.canonical.world import World
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.formulas import holds
from revrecon.entity_map.model import EntityMap
from revrecon.findings import all_findings, as_findings, no_findings
from revrecon.quality.drift import is_expected, is_in_transit, money_at_stake, no_overdue, with_due


def is_strays_home(entity: Entity, copy_name: str) -> bool:
    """Whether a copy may hold records that no canonical copy holds."""
    return copy_name in entity.canonical_system or entity.replication[copy_name].records == "more"


def missing(
    entity_map: EntityMap, world: World, entity_name: str, copy_name: str, overdue: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Findings for canonical records that the copy must hold by the map and does not, once they are late.

    A record is late after the copy's freshness limit, and when it is `overdue` (OVERDUE_SCHEMA) by an earlier claim.

    The finding stands on the record that should have been copied.
    """
    entity = entity_map.entities[entity_name]
    here = at_its_day(entity_map, world).entities[entity_name]
    copy = here.copies[copy_name]
    rule = entity.replication[copy_name].expected_when
    if rule is None or here.canonical.is_empty():
        return no_findings()
    unmet = here.canonical.filter(rows_beside(entity, copy, here.canonical).is_null())
    absent = unmet.filter(is_expected(unmet, rule, world.as_of))
    late = ~is_in_transit(entity.replication[copy_name].freshness, world) | pl.col("_overdue")
    lost = with_due(absent, no_overdue() if overdue is None else overdue, field="").filter(late)
    if lost.is_empty():
        return no_findings()
    systems = {name: other.system for name, other in here.copies.items()}
    objects = {name: other.object for name, other in here.copies.items()}
    return as_findings(
        lost.select(
            pl.lit("quality.missing_record").alias("cause"), pl.lit("record_is_copied").alias("rule"),
            pl.lit(entity_name).alias("entity"), pl.lit(copy_name).alias("copy"),
            pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object"),
            pl.col("_id").alias("record_id"), "canonical_id",
            pl.col("_copy").replace_strict(systems, default=None).alias("record_system"),
            pl.col("_copy").replace_strict(objects, default=None).alias("record_object"),
            (-money_at_stake(entity, lost)).alias("amount"),
            pl.min_horizontal(pl.col("_changed").dt.date(), "_overdue_since").alias("since"), "why",
        )
    )  # fmt: skip


def duplicates(entity_map: EntityMap, world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """Findings for every record of a copy beside the first of its thing; contract entities are none."""
    entity = entity_map.entities[entity_name]
    copy = at_its_day(entity_map, world).entities[entity_name].copies[copy_name]
    if entity.replication[copy_name].records == "parts":
        return no_findings()
    kept = kept_of(entity, copy)
    if kept.height == len(copy.records["canonical_id"].drop_nulls()):
        return no_findings()
    known = copy.records.filter(pl.col("canonical_id").is_not_null())
    extra = known.join(kept.select("_id"), on="_id", how="anti")
    contract = entity.hierarchy.contract_entities.get(copy_name) if entity.hierarchy else None
    if contract and not extra.is_empty():
        extra = extra.filter(~holds(extra, {"contract": contract})["contract"])
    first = kept.select("canonical_id", pl.col("_id").alias("_first"))
    extra = extra.join(first, on="canonical_id", how="left", maintain_order="left")
    return _found(
        entity, copy, extra, "quality.duplicate", "record_is_held_once", pl.format("one record, {}", "_first")
    )


def orphans(entity_map: EntityMap, world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """Findings for records of a copy that stand for nothing canonical: by no match, or by the map's named reason."""
    entity = entity_map.entities[entity_name]
    here = at_its_day(entity_map, world).entities[entity_name]
    copy = here.copies[copy_name]
    excluded = copy.records.filter(pl.col("_excluded").is_not_null())
    named = _found(entity, copy, excluded, "quality.excluded", "record_stands_for_something", pl.lit("a real record"))
    if is_strays_home(entity, copy_name):
        return named
    strays = copy.records.filter(places_in(copy, here.canonical).is_null()).filter(pl.col("_excluded").is_null())
    alone = _found(
        entity, copy, strays, "quality.orphan", "record_matches_a_canonical_one",
        pl.lit(f"a record in {' or '.join(entity.canonical_system)}"),
    )  # fmt: skip
    return all_findings([named, alone])


def _found(
    entity: Entity, copy: CopyRecords, rows: pl.DataFrame, cause: str, rule: str, expected: pl.Expr
) -> pl.DataFrame:
    if rows.is_empty():
        return no_findings()
    return as_findings(
        rows.select(
            pl.lit(cause).alias("cause"), pl.lit(rule).alias("rule"),
            pl.lit(copy.entity).alias("entity"), pl.lit(copy.copy).alias("copy"),
            pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object"),
            pl.col("_id").alias("record_id"), "canonical_id",
            expected.alias("expected"), pl.coalesce("_excluded", "_id").alias("observed"),
            money_at_stake(entity, rows).alias("amount"),
            pl.col("_created").dt.date().alias("since"),
        )
    )  # fmt: skip
