"""What canonical records said before: how a stale copy is told from a wrong one."""

from collections.abc import Mapping

import polars as pl

from revrecon.canonical.copies import copy_records
from revrecon.canonical.standard_forms import standardised
from revrecon.entity_map.model import EntityMap

FORMER_SCHEMA: dict[str, pl.DataType] = {
    "canonical_id": pl.String(),
    "field": pl.String(),
    "value": pl.String(),  # in standard form, as text
}
"""One row per value that a compared field ever had in a copy that is its source of truth."""


def former_values(
    entity_map: EntityMap,
    entity_name: str,
    versions: Mapping[str, Mapping[str, pl.DataFrame]],
    crosswalk: pl.DataFrame,
) -> pl.DataFrame:
    """Every value that compared fields ever had in their sources of truth (FORMER_SCHEMA).

    `versions` holds, per system and object, every row ever received up to the day.
    """
    entity = entity_map.entities[entity_name]
    found = [pl.DataFrame(schema=FORMER_SCHEMA)]
    for copy_name, fields in _truthful_fields(entity_map, entity_name).items():
        rows = versions.get(entity_map.system_of(copy_name, entity.replication[copy_name]), {})
        if entity.replication[copy_name].object not in rows:
            continue
        records = copy_records(entity_map, entity_name, copy_name, rows).records
        ids = crosswalk.filter(pl.col("copy") == copy_name).select(pl.col("record_id").alias("_id"), "canonical_id")
        known = records.join(ids, on="_id").filter(pl.col("canonical_id").is_not_null())
        for field in fields:
            value = standardised(field, entity.fields[field].standard).cast(pl.String)
            rows_of_field = known.select("canonical_id", pl.lit(field).alias("field"), value.alias("value"))
            found.append(rows_of_field.drop_nulls("value").unique())
    return pl.concat(found).unique().sort("canonical_id", "field", "value")


def _truthful_fields(entity_map: EntityMap, entity_name: str) -> dict[str, list[str]]:
    """Per copy the compared fields that canonical records take from it."""
    entity = entity_map.entities[entity_name]
    found: dict[str, list[str]] = {}
    for field in entity.reconciliation.compare:
        truths = [t.copy_name for t in entity.fields[field].source_of_truth] or list(entity.canonical_system)
        for copy_name in truths:
            if field in entity.replication[copy_name].fields and entity.fields[field].type != "reference":
                found.setdefault(copy_name, []).append(field)
    return found
