"""Amounts of one record in several currencies: comparable ones, amounts of findings, and those without a rate."""

import polars as pl

from revrecon.canonical.conversion import NOT_CONVERTED, Conversion, currency_column, in_company_currency
from revrecon.canonical.converted import at_its_day
from revrecon.canonical.world import World
from revrecon.entity_map.currencies import foreign_fields
from revrecon.entity_map.currency import ConversionDay
from revrecon.entity_map.model import EntityMap
from revrecon.findings import as_findings, no_findings


def currency_of_row(field: str, columns: list[str]) -> pl.Expr:
    """The currency of a field's amount in a frame, as text; null where none is told."""
    code = currency_column(field)
    return pl.col(code) if code in columns else pl.lit(None, dtype=pl.String)


def comparable(both: pl.DataFrame, field: str, own: pl.DataFrame, canonical: pl.DataFrame) -> pl.DataFrame:
    """Pairs of a copy's and a canonical amount that can be compared, with `_amount`, their difference at home.

    `both` holds `canonical_id`, FIELD and `_own` as written, `_code` and `_own_code`, and what is compared as `_want`
    and `_have`; `own` and `canonical` are the same records in the company's currency. Two amounts in one currency are
    compared in it, others in the company's; where a rate is missing for that, the pair is left out.
    """
    for frame, name in ((canonical, "_home_want"), (own, "_home_have")):
        home = frame.select("canonical_id", pl.col(field).alias(name))
        both = both.join(home, on="canonical_id", how="left", maintain_order="left")
    filled = pl.col(field).is_not_null() & pl.col("_own").is_not_null()
    apart = filled & ~pl.col("_code").eq_missing(pl.col("_own_code"))
    unknown = apart & (pl.col("_home_want").is_null() | pl.col("_home_have").is_null())
    return both.filter(~unknown).with_columns(
        pl.when(apart).then("_home_want").otherwise("_want").alias("_want"),
        pl.when(apart).then("_home_have").otherwise("_have").alias("_have"),
        pl.when(apart).then(pl.col("_code")).alias("_code"),
        pl.when(apart).then(pl.col("_own_code")).alias("_own_code"),
        (pl.col("_home_have") - pl.col("_home_want")).alias("_amount"),
    )


def written(value: str, code: str) -> pl.Expr:
    """An amount as text, with its currency where that is told."""
    text = pl.col(value).cast(pl.String)
    return pl.when(pl.col(code).is_not_null()).then(pl.format("{} {}", text, code)).otherwise(text)


def rate_findings(entity_map: EntityMap, world: World, entity_name: str, copy_name: str) -> pl.DataFrame:
    """A `quality.no_rate` finding for every record whose amounts have no rate on or before the world's day."""
    held = fields_held(entity_map, entity_name, copy_name)
    if not held:
        return no_findings()
    copy = at_its_day(entity_map, world).entities[entity_name].copies[copy_name]
    lost = copy.records.filter(pl.col(NOT_CONVERTED).is_not_null(), pl.col("_excluded").is_null())
    named = ["canonical_id"] if "canonical_id" in lost.columns else []
    return as_findings(
        lost.select(
            pl.lit("quality.no_rate").alias("cause"), pl.lit("amounts_have_a_rate").alias("rule"),
            pl.lit(copy.entity).alias("entity"), pl.lit(copy.copy).alias("copy"),
            pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object"),
            pl.col("_id").alias("record_id"), *named, pl.lit(held[0]).alias("field"),
            pl.lit(f"a rate to {entity_map.company.currency}").alias("expected"),
            pl.col(NOT_CONVERTED).alias("observed"), pl.col("_changed").dt.date().alias("since"),
        )
    )  # fmt: skip


def amounts_at_home(
    entity_map: EntityMap, world: World, entity_name: str, copy_name: str, findings: pl.DataFrame
) -> pl.DataFrame:
    """Findings about a copy's records with their amounts in the company's currency, at the world's day.

    An amount is in the currency of the finding's field, or where that has none, of the record's first amount.
    """
    held = fields_held(entity_map, entity_name, copy_name)
    if not held or findings["amount"].is_null().all():
        return findings
    entity, records = entity_map.entities[entity_name], world.entities[entity_name].copies[copy_name].records
    own_field = pl.when(pl.col("field").is_in(held)).then("field").otherwise(pl.lit(held[0]))
    conversion = Conversion(ConversionDay(), world.as_of)
    found = []
    for field in held:
        codes = records.select(pl.col("_id").alias("record_id"), currency_column(field)).unique("record_id")
        mine = findings.filter(own_field == field).join(codes, on="record_id", how="left", maintain_order="left")
        named = mine.rename({"amount": field})
        home = in_company_currency(named, entity, entity_map.company.currency, world.rates.known, conversion)
        found.append(home.rename({field: "amount"}).select(findings.columns))
    return pl.concat(found).sort("signature")


def fields_held(entity_map: EntityMap, entity_name: str, copy_name: str) -> list[str]:
    """The fields of a copy whose amounts can be in several currencies."""
    entity = entity_map.entities[entity_name]
    return [field for field in foreign_fields(entity) if field in entity.replication[copy_name].fields]
