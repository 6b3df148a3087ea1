"""What canonical records said before: how a stale copy is told from a wrong one."""

from collections.abc import Callable, Mapping

import polars as pl

from revrecon.canonical.copies import copy_records
from revrecon.canonical.lazily import Lazily
from revrecon.canonical.standard_forms import standardised
from revrecon.entity_map.entities import Copy
from revrecon.entity_map.model import EntityMap

FORMER_SCHEMA: dict[str, pl.DataType] = {
    "canonical_id": pl.String(),
    "field": pl.String(),
    "value": pl.String(),  # in standard form, as text
}
"""One row per value that a compared field ever had in a copy that is its source of truth."""


Former = Callable[[pl.DataFrame], pl.DataFrame]
"""Given canonical records and fields (`canonical_id`, `field`): the values that they ever had (FORMER_SCHEMA)."""


def no_former_values(_asked: pl.DataFrame) -> pl.DataFrame:
    """Nothing is known of the past."""
    return pl.DataFrame(schema=FORMER_SCHEMA)


def former_values(
    entity_map: EntityMap,
    entity_name: str,
    versions: Mapping[str, Mapping[str, pl.DataFrame]],
    crosswalk: pl.DataFrame,
    asked: pl.DataFrame,
) -> pl.DataFrame:
    """Every value that compared fields of some records ever had in their sources of truth (FORMER_SCHEMA).

    `versions` holds, per system and object, every row ever received up to the day; only the rows of records that are
    `asked` for (`canonical_id`, `field`) are read, because nearly all others agree. Each value is told
    once, in any order.
    """
    entity = entity_map.entities[entity_name]
    found = [pl.DataFrame(schema=FORMER_SCHEMA)]
    fields_asked = set(asked["field"].unique())
    for copy_name, fields in _truthful_fields(entity_map, entity_name).items():
        rows = versions.get(entity_map.system_of(copy_name, entity.replication[copy_name]), {})
        wanted = [field for field in fields if field in fields_asked]
        if entity.replication[copy_name].object not in rows or not wanted:
            continue
        own = crosswalk.filter(pl.col("copy") == copy_name).select(pl.col("record_id").alias("_id"), "canonical_id")
        ids = own.join(asked, on="canonical_id", how="semi")
        records = copy_records(
            entity_map, entity_name, copy_name, _only(rows, entity.replication[copy_name], ids), wanted
        )
        known = records.records.join(ids, on="_id")
        places = asked.join(known.select("canonical_id").with_row_index("_row"), on="canonical_id")
        for field in wanted:
            value = standardised(field, entity.fields[field].standard).cast(pl.String)
            mine = known.select("canonical_id", field)[places.filter(pl.col("field") == field)["_row"]]
            found.append(mine.select("canonical_id", pl.lit(field).alias("field"), value.alias("value")))
    return pl.concat(found).drop_nulls("value").unique()


def _only(rows: Mapping[str, pl.DataFrame], copy: Copy, ids: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """The objects of a system with no other rows of the copy's own than those of some keys."""
    if any(mapping.exists_in == copy.object for mapping in copy.fields.values()):
        return rows  # whether a row points to another one is looked up in all of them
    own = rows[copy.object].join(ids, left_on="_key", right_on="_id", how="semi", maintain_order="left")
    return Lazily(rows, lambda name: own if name == copy.object else rows[name])


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
