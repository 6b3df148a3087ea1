"""Survivorship: for every field of a canonical record the winning value, from its source of truth, and who gave it."""

from collections.abc import Mapping

import polars as pl

from revrecon.canonical.conversion import currency_column, currency_of_parts
from revrecon.canonical.copies import CopyRecords
from revrecon.entity_map.entities import Entity, Truth
from revrecon.entity_map.formulas import FIELD_TYPES, evaluate, holds

CANONICAL_COLUMNS: dict[str, pl.DataType] = {
    "canonical_id": pl.String(),
    "_copy": pl.String(),  # the canonical copy that holds the record
    "_id": pl.String(),  # its key there
    "_created": pl.Datetime("us", "UTC"),
    "_changed": pl.Datetime("us", "UTC"),
}
"""Columns of every canonical frame beside the entity's fields; `FIELD__from` names the copy that won, and
`FIELD__currency` the currency of an amount that can be in several."""


def numbered(copy: CopyRecords, crosswalk: pl.DataFrame) -> pl.DataFrame:
    """A copy's records with their `canonical_id`; null for those that stand for nothing."""
    mine = crosswalk.filter(pl.col("copy") == copy.copy).select(pl.col("record_id").alias("_id"), "canonical_id")
    return copy.records.join(mine, on="_id", how="left", maintain_order="left")


def representatives(entity: Entity, copy_name: str, records: pl.DataFrame) -> pl.DataFrame:
    """One record per canonical id of a copy: the one created first; contract entities only where nothing else is.

    Of a copy whose records are parts of one thing, numbers are added up and other fields taken from the first part.
    Records without a canonical id are left out.
    """
    known = records.filter(pl.col("canonical_id").is_not_null())
    contract = entity.hierarchy.contract_entities.get(copy_name) if entity.hierarchy else None
    if contract and not known.is_empty():
        known = known.with_columns(holds(known, {"_contract": contract}).to_series())
    else:
        known = known.with_columns(pl.lit(False).alias("_contract"))
    first = known.sort("canonical_id", "_contract", "_created", "_id", nulls_last=True)
    if entity.replication[copy_name].records != "parts":
        return first.unique("canonical_id", keep="first", maintain_order=True)
    added = [name for name, rule in entity.fields.items() if rule.type in ("money", "decimal", "integer")]
    added = [name for name in added if name in first.columns]
    codes = [code for name in added if (code := currency_of_parts(name, first.schema)) is not None]
    summed = {*added, *(code.meta.output_name() for code in codes)}
    others = [c for c in first.columns if c not in summed and c != "canonical_id"]
    return first.group_by("canonical_id", maintain_order=True).agg(
        pl.col(others).first(),
        *(_sum_or_null(name, first.schema[name]) for name in added),
        *codes,
    )


def _sum_or_null(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    return pl.when(column.is_not_null().any()).then(column.sum()).cast(dtype).alias(name)


def survivors(entity: Entity, copies: Mapping[str, CopyRecords], crosswalk: pl.DataFrame) -> pl.DataFrame:
    """Canonical records (CANONICAL_COLUMNS, the fields, and `FIELD__from`), sorted by canonical id.

    A canonical record exists where a canonical copy holds it. Each field comes from the first copy of its source of
    truth that has a value; where the map names none, from the canonical copies in their order.
    """
    kept = {name: representatives(entity, name, numbered(copy, crosswalk)) for name, copy in copies.items()}
    canonical = _anchors(entity, kept)
    for field, rule in entity.fields.items():
        canonical = _with_winner(canonical, field, _truths(entity, field), kept, FIELD_TYPES[rule.type])
    return derived_anew(entity, canonical).sort("canonical_id")


def derived_anew(entity: Entity, canonical: pl.DataFrame) -> pl.DataFrame:
    """Canonical records with every derived field worked out from the others."""
    for field, rule in entity.fields.items():
        if rule.derived:
            value = evaluate(canonical, {field: rule.derived})[field].cast(FIELD_TYPES[rule.type], strict=False)
            source = pl.lit("derived").alias(f"{field}__from")
            canonical = canonical.with_columns(value, source)
    return canonical


def _anchors(entity: Entity, kept: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    frames = [
        kept[name].select("canonical_id", pl.lit(name).alias("_copy"), "_id", "_created", "_changed")
        for name in entity.canonical_system
        if name in kept
    ]
    if not frames:
        return pl.DataFrame(schema=CANONICAL_COLUMNS)
    return pl.concat(frames).unique("canonical_id", keep="first", maintain_order=True)


def _truths(entity: Entity, field: str) -> tuple[Truth, ...]:
    named = entity.fields[field].source_of_truth
    return named or tuple(Truth.model_validate({"copy": name}) for name in entity.canonical_system)


def _with_winner(
    canonical: pl.DataFrame, field: str, truths: tuple[Truth, ...], kept: Mapping[str, pl.DataFrame], dtype: pl.DataType
) -> pl.DataFrame:
    offers = []
    for place, truth in enumerate(truths):
        records = kept.get(truth.copy_name)
        if records is None or field not in records.columns:
            continue
        if truth.when and not records.is_empty():
            records = records.filter(holds(records, {"when": truth.when}).to_series())
        code = pl.col(f"^{currency_column(field)}$").alias(f"_currency_{place}")
        offer = records.select("canonical_id", pl.col(field).alias(f"_{place}"), code)
        canonical = canonical.join(offer, on="canonical_id", how="left", maintain_order="left")
        offers.append((f"_{place}", truth.copy_name))
    if not offers:
        nothing = pl.lit(None, dtype=dtype).alias(field)
        return canonical.with_columns(nothing, pl.lit(None, dtype=pl.String).alias(f"{field}__from"))
    source = pl.coalesce(*(pl.when(pl.col(c).is_not_null()).then(pl.lit(name)) for c, name in offers))
    value = pl.coalesce(*(pl.col(c) for c, _ in offers)).cast(dtype)
    codes = {name: f"_currency{c}" for c, name in offers if f"_currency{c}" in canonical.columns}
    told = [value.alias(field), source.alias(f"{field}__from")]
    if codes:
        of_winner = pl.coalesce(pl.when(source == name).then(pl.col(code)) for name, code in codes.items())
        told.append(of_winner.alias(currency_column(field)))
    return canonical.with_columns(told).drop([c for c, _ in offers], list(codes.values()))
