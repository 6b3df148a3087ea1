"""Scale: values that are a thousand (a hundred, twelve, ten) times too large or too small for what they stand beside.

A value is compared with the record's other values, with the same field in the other systems, and with what the record
said before. Each is a ground of its own; a value that any ground finds off by a known factor is a finding.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from revrecon.canonical.copies import CopyRecords, copy_records
from revrecon.canonical.survivorship import representatives
from revrecon.canonical.world import EntityWorld
from revrecon.entity_map.entities import NUMERIC, Entity
from revrecon.entity_map.formulas import FIELD_TYPES
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.scale import Scale
from revrecon.findings import as_findings, no_findings
from revrecon.quality.sizes import SUSPECT_SCHEMA, compared_sizes, no_comparisons, suspects

EARLIER_SCHEMA: dict[str, pl.DataType] = {"_id": pl.String(), "field": pl.String(), "value": pl.Float64()}
"""What records said before: the median of a field's earlier, different values; one row per record and field."""

_SMALLEST_COUNT = 10
"""A count below this is off by a factor too easily: from 1 to 10 is one big customer."""


def scaled_fields(entity: Entity, copy_name: str) -> dict[str, Scale]:
    """The fields of a copy whose scale the map wants watched."""
    held = {field: entity.fields[field].scale for field in entity.replication[copy_name].fields}
    return {field: scale for field, scale in held.items() if scale is not None}


def scale_findings(
    entity: Entity, here: EntityWorld, copy: CopyRecords, earlier: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Findings for values of the wrong scale in a copy (FINDING_SCHEMA): cause quality.wrong_value, rule FIELD_scale.

    `expected` is the plausible value, `why` the strongest comparison. `earlier` (EARLIER_SCHEMA): the records' past.
    """
    live = copy.records.filter(pl.col("_excluded").is_null())
    found = []
    for field, scale in scaled_fields(entity, copy.copy).items():
        told = _suspected(entity, here, copy, _telling(entity, live, field), field, scale, earlier)
        if not told.is_empty():
            found.append(_found(entity, copy, live, field, told))
    return as_findings(pl.concat(found)) if found else no_findings()


def earlier_values(
    entity_map: EntityMap, entity_name: str, copy_name: str, versions: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """What the records of a copy said before in the fields whose scale is watched (EARLIER_SCHEMA).

    `versions` holds, per object of the copy's system, every row ever received up to the day, oldest first.
    """
    entity = entity_map.entities[entity_name]
    fields = scaled_fields(entity, copy_name)
    if not fields or entity.replication[copy_name].object not in versions:
        return pl.DataFrame(schema=EARLIER_SCHEMA)
    said = copy_records(entity_map, entity_name, copy_name, versions, fields).records
    found = [_earlier(said.select("_id", pl.col(field).cast(pl.Float64).alias("value")), field) for field in fields]
    return pl.concat(found)


def _earlier(said: pl.DataFrame, field: str) -> pl.DataFrame:
    other = said.drop_nulls().filter(pl.col("value") != pl.col("value").last().over("_id"))
    past = other.unique(maintain_order=True).group_by("_id", maintain_order=True).agg(pl.col("value").median())
    return past.select("_id", pl.lit(field).alias("field"), "value")


def told_once(findings: pl.DataFrame) -> pl.DataFrame:
    """The same findings, where a value of the wrong scale also differs from the canonical one: one finding, that says
    both, so that no money counts twice."""
    scaled = findings.filter(pl.col("rule") == pl.format("{}_scale", "field"))
    if scaled.is_empty():
        return findings
    place = ["entity", "copy", "record_id", "field"]
    differs = findings.filter(pl.col("rule") == pl.format("{}_agrees", "field"))
    twice = scaled.join(differs, on=place, how="semi")
    left = findings.join(twice.select("signature"), on="signature", how="anti")
    reasons = twice.select(*place, pl.col("why").alias("_why")).unique(place, maintain_order=True)
    told = left.join(reasons, on=place, how="left", maintain_order="left")
    agrees = pl.col("rule") == pl.format("{}_agrees", "field")
    return told.with_columns(pl.when(agrees).then(pl.coalesce("_why", "why")).otherwise("why").alias("why")).drop(
        "_why"
    )


def _telling(entity: Entity, live: pl.DataFrame, field: str) -> pl.DataFrame:
    """The records whose value is large enough to say something about its unit."""
    fewest = _SMALLEST_COUNT if entity.fields[field].type == "integer" else 0
    return live.filter(pl.col(field).abs() > 0, pl.col(field).abs() >= fewest)


def _suspected(
    entity: Entity, here: EntityWorld, copy: CopyRecords, live: pl.DataFrame, field: str, scale: Scale,
    earlier: pl.DataFrame | None,
) -> pl.DataFrame:  # fmt: skip
    """Per record the strongest ground for a factor (SUSPECT_SCHEMA)."""
    beside = list(_beside_others(entity, copy.copy, live, field, scale))
    agreeing = min(2, len(beside))
    grounds = [
        suspects(pl.concat([no_comparisons(), *beside]), scale.factors, agreeing),
        suspects(_elsewhere(entity, here, copy.copy, live, field), scale.factors),
        suspects(_before(live, field, earlier), scale.factors),
    ]
    told = pl.concat([pl.DataFrame(schema=SUSPECT_SCHEMA), *grounds])
    return told.sort("strength", "factor", descending=True).unique("_id", keep="first", maintain_order=True)


def _beside_others(
    entity: Entity, copy_name: str, live: pl.DataFrame, field: str, scale: Scale
) -> Iterator[pl.DataFrame]:
    """The field against each other number of the record; those that are worked out from it teach nothing."""
    held = [name for name in entity.replication[copy_name].fields if entity.fields[name].type in NUMERIC]
    usual = [name for name in held if entity.fields[name].derived is None]
    for other in (name for name in scale.against or usual if name in held and name != field):
        compared = compared_sizes(_pairs(live, field, pl.col(other)), f"its {other}")
        if not compared.is_empty():
            yield compared


def _elsewhere(entity: Entity, here: EntityWorld, copy_name: str, live: pl.DataFrame, field: str) -> pl.DataFrame:
    """The field against the canonical value; where this copy gave that, against the median of at least two others."""
    if entity.replication[copy_name].records == "parts":
        return no_comparisons()
    kept = [
        representatives(entity, name, other.records).select("canonical_id", pl.col(field).cast(pl.Float64))
        for name, other in here.copies.items()
        if name != copy_name and field in other.records.columns
    ]
    if not kept:
        return no_comparisons()
    others = (
        pl.concat(kept).drop_nulls().group_by("canonical_id").agg(pl.col(field).median().alias("_median"), pl.len())
    )
    truth = here.canonical.select(
        "canonical_id", pl.col(field).alias("_truth"), pl.col(f"{field}__from").alias("_from")
    )
    seen = live.join(truth, on="canonical_id", how="left").join(others, on="canonical_id", how="left")
    is_mine = pl.col("_from").fill_null(copy_name) == copy_name
    reference = pl.when(~is_mine).then(pl.col("_truth").cast(pl.Float64)).when(pl.col("len") >= 2).then("_median")
    return compared_sizes(_pairs(seen, field, reference), "other systems")


def _before(live: pl.DataFrame, field: str, earlier: pl.DataFrame | None) -> pl.DataFrame:
    if earlier is None or earlier.is_empty():
        return no_comparisons()
    past = earlier.filter(pl.col("field") == field).select("_id", pl.col("value").alias("_past"))
    return compared_sizes(_pairs(live.join(past, on="_id"), field, pl.col("_past")), "its earlier values")


def _pairs(records: pl.DataFrame, field: str, other: pl.Expr) -> pl.DataFrame:
    return records.select("_id", pl.col(field).cast(pl.Float64).alias("value"), other.cast(pl.Float64).alias("other"))


def _found(entity: Entity, copy: CopyRecords, live: pl.DataFrame, field: str, told: pl.DataFrame) -> pl.DataFrame:
    rule = entity.fields[field]
    plausible = (pl.col(field).cast(pl.Float64) / pl.col("factor")).cast(FIELD_TYPES[rule.type])
    times = pl.max_horizontal("factor", 1 / pl.col("factor")).round(0).cast(pl.Int64)
    way = pl.when(pl.col("factor") > 1).then(pl.lit("large")).otherwise(pl.lit("small"))
    known = live.join(told, on="_id", how="inner", maintain_order="left").with_columns(plausible.alias("_plausible"))
    amount = pl.col(field) - pl.col("_plausible") if rule.type == "money" else pl.lit(None)
    return known.select(
        pl.lit("quality.wrong_value").alias("cause"), pl.lit(f"{field}_scale").alias("rule"),
        pl.lit(copy.entity).alias("entity"), pl.lit(copy.copy).alias("copy"),
        pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object"),
        pl.col("_id").alias("record_id"),
        "canonical_id", pl.lit(field).alias("field"),
        pl.col("_plausible").cast(pl.String).alias("expected"), pl.col(field).cast(pl.String).alias("observed"),
        amount.cast(pl.Decimal(18, 2)).alias("amount"), pl.col("_changed").dt.date().alias("since"),
        pl.format("probably {} times too {}: {}", times, way, "why").alias("why"),
    )  # fmt: skip
