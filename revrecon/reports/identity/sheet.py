"""The identity page as data: what is known of who is who on a day, before anyone decides how it looks."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.reports.family import Family
from revrecon.reports.masks import masked, personal_fields

VALUE_SCHEMA: dict[str, pl.DataType] = {
    "copy": pl.String(),
    "record_id": pl.String(),
    "field": pl.String(),
    "value": pl.String(),  # as the system has it, as text; null where it has none
}
"""One row per field of a record that the page shows."""


@dataclass(frozen=True)
class EntityIdentities:
    """Who is who in one entity: CROSSWALK_SCHEMA, CHANGE_SCHEMA since the day before, LINK_SCHEMA, REVIEW_SCHEMA,
    VALUE_SCHEMA of the records that are shown, and the families in which some system has a wrong parent."""

    entity: str
    crosswalk: pl.DataFrame
    moved: pl.DataFrame
    before_day: date | None
    links: pl.DataFrame
    review: pl.DataFrame
    values: pl.DataFrame
    families: tuple[Family, ...] = ()
    more_families: int = 0


@dataclass(frozen=True)
class IdentitySheet:
    """One day's identities of a company; personal values are masked already."""

    map: EntityMap
    map_sha: str
    as_of: date
    entities: tuple[EntityIdentities, ...]


def without_personal_values(found: EntityIdentities, entity_map: EntityMap) -> EntityIdentities:
    """The same with values of personal fields masked, in shown records and in the evidence of links and cases."""
    flagged = sorted(field for entity, field in personal_fields(entity_map) if entity == found.entity)
    hidden = pl.col("field").is_in(flagged)
    values = found.values.with_columns(pl.when(hidden).then(masked("value")).otherwise("value").alias("value"))
    return EntityIdentities(
        entity=found.entity,
        crosswalk=found.crosswalk,
        moved=found.moved,
        before_day=found.before_day,
        links=_masked_evidence(found.links, flagged),
        review=_masked_evidence(found.review, flagged),
        values=values,
        families=found.families,
        more_families=found.more_families,
    )


def _masked_evidence(rows: pl.DataFrame, flagged: list[str]) -> pl.DataFrame:
    if rows.is_empty():
        return rows
    keys = rows.with_row_index("_row")
    told = keys.select("_row", "evidence").explode("evidence", empty_as_null=False, keep_nulls=False).unnest("evidence")
    hidden = pl.col("field").is_in(flagged)
    names = ["field", "left", "right", "level", "weight"]
    told = told.with_columns(
        pl.when(hidden).then(masked(side)).otherwise(side).alias(side) for side in ("left", "right")
    )
    again = told.group_by("_row", maintain_order=True).agg(pl.struct(names).alias("evidence"))
    joined = keys.drop("evidence").join(again, on="_row", how="left", maintain_order="left")
    return joined.select(pl.col(name).cast(dtype) for name, dtype in rows.schema.items())
