"""Survivorship: for every field of a canonical record the winning value, from its source of truth, and who gave it."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from revrecon.canonical.conversion import currency_column, currency_of_parts
from revrecon.canonical.copies import CopyRecords
from revrecon.entity_map.entities import Entity, Truth
from revrecon.entity_map.formulas import FIELD_TYPES, evaluate, holds
from revrecon.history.keys import is_ascending

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
    if mine["_id"].equals(copy.records["_id"]):  # nothing was deleted: row against row
        return copy.records.with_columns(mine["canonical_id"])
    ids = copy.records.select("_id").join(mine, on="_id", how="left", maintain_order="left")
    return copy.records.with_columns(ids["canonical_id"])


def with_ids(copy: CopyRecords, crosswalk: pl.DataFrame) -> CopyRecords:
    """The copy with numbered records; the very same one where they are."""
    if "canonical_id" in copy.records.columns:
        return copy
    return replace(copy, records=numbered(copy, crosswalk))


def representatives(entity: Entity, copy_name: str, records: pl.DataFrame) -> pl.DataFrame:
    """One record per canonical id of a copy: the one created first; contract entities only where nothing else is.

    Of a copy whose records are parts of one thing, numbers are added up and other fields taken from the first part.
    Records without a canonical id are left out.
    """
    known = (
        records if not records["canonical_id"].null_count() else records.filter(pl.col("canonical_id").is_not_null())
    )
    contract = entity.hierarchy.contract_entities.get(copy_name) if entity.hierarchy else None
    if contract and not known.is_empty():
        known = known.with_columns(holds(known, {"_contract": contract}).to_series())
    else:
        known = known.with_columns(pl.lit(False).alias("_contract"))
    if is_ascending(known["canonical_id"]):
        return known
    keys = known.select("canonical_id", "_contract", "_created", "_id").with_row_index("_place")
    order = keys.sort("canonical_id", "_contract", "_created", "_id", nulls_last=True)
    if entity.replication[copy_name].records != "parts":
        return known[order.unique("canonical_id", keep="first", maintain_order=True)["_place"]]
    first = known[order["_place"]]
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


def kept_of(entity: Entity, copy: CopyRecords) -> pl.DataFrame:
    """The representatives of a copy's own records, in any order, chosen once.

    Where no two stand for one thing, they are the records that stand for something, as they are.
    """
    if "kept" not in copy.chosen:
        known = _standing(copy)
        is_once = known["canonical_id"].n_unique() == known.height
        copy.chosen["kept"] = known if is_once else representatives(entity, copy.copy, copy.records)
    return copy.chosen["kept"]


def _standing(copy: CopyRecords) -> pl.DataFrame:
    """The records of a copy that stand for something, as they are where all do."""
    records = copy.records
    return records.filter(pl.col("canonical_id").is_not_null()) if records["canonical_id"].null_count() else records


def places_in(copy: CopyRecords, canonical: pl.DataFrame) -> pl.Series:
    """For each record of a copy the row of the canonical record that it stands for; null where it stands for none.

    Looked up once for the canonical records of a world: presence, comparison, strays and accounting follow from it.
    """
    ids = canonical.select("canonical_id")
    if "canonical" not in copy.chosen or not copy.chosen["canonical"].equals(ids):
        copy.chosen["canonical"] = ids
        places = _rows_of(copy.records["canonical_id"], ids["canonical_id"])
        copy.chosen["places"] = places.to_frame()
    return copy.chosen["places"]["_row"]


def rows_beside(entity: Entity, copy: CopyRecords, canonical: pl.DataFrame) -> pl.Series:
    """For each canonical record the row of the copy's representative in `kept_of`; null where it has none."""
    kept, places = kept_of(entity, copy), places_in(copy, canonical)
    places = places.filter(copy.records["canonical_id"].is_not_null())
    if len(places) != kept.height:  # some stand for one thing
        return _rows_of(canonical["canonical_id"], kept["canonical_id"])
    rows = pl.repeat(None, canonical.height, dtype=pl.UInt32, eager=True).alias("_row")
    met = places.is_not_null()
    return rows.scatter(places.filter(met), met.arg_true())


def _rows_of(asked: pl.Series, ids: pl.Series) -> pl.Series:
    """For each of some canonical ids its row among others, of which each is there once; null where it is not."""
    if asked.equals(ids):
        return pl.int_range(len(ids), dtype=pl.UInt32, eager=True).alias("_row")
    rows = ids.to_frame().with_row_index("_row")
    return asked.to_frame().join(rows, on="canonical_id", how="left", maintain_order="left")["_row"]


def _sum_or_null(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    return pl.when(column.is_not_null().any()).then(column.sum()).cast(dtype).alias(name)


def survivors(entity: Entity, copies: Mapping[str, CopyRecords], crosswalk: pl.DataFrame) -> pl.DataFrame:
    """Canonical records (CANONICAL_COLUMNS, the fields, and `FIELD__from`), sorted by canonical id.

    A canonical record exists where a canonical copy holds it. Each field comes from the first copy of its source of
    truth that has a value; where the map names none, from the canonical copies in their order.
    """
    asked = {*entity.canonical_system, *(t.copy_name for field in entity.fields for t in _truths(entity, field))}
    kept = {name: kept_of(entity, with_ids(copy, crosswalk)) for name, copy in copies.items() if name in asked}
    canonical = _anchors(entity, kept)
    sides = {name: _beside(canonical["canonical_id"], records) for name, records in kept.items()}
    told = [
        column
        for field, rule in entity.fields.items()
        for column in _winner(canonical, field, _truths(entity, field), sides, FIELD_TYPES[rule.type])
    ]
    whole = derived_anew(entity, canonical.with_columns(told))
    return whole if is_ascending(whole["canonical_id"]) else whole.sort("canonical_id")


def _beside(ids: pl.Series, records: pl.DataFrame) -> pl.DataFrame:
    """A copy's records in the order of some canonical ids; an empty row where it has none."""
    if ids.equals(records["canonical_id"]):
        return records
    return records.select(pl.all().gather(_rows_of(ids, records["canonical_id"])))


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
    anchors = pl.concat(frames)
    return (
        anchors
        if is_ascending(anchors["canonical_id"])
        else anchors.unique("canonical_id", keep="first", maintain_order=True)
    )


def _truths(entity: Entity, field: str) -> tuple[Truth, ...]:
    named = entity.fields[field].source_of_truth
    return named or tuple(Truth.model_validate({"copy": name}) for name in entity.canonical_system)


def _winner(
    canonical: pl.DataFrame, field: str, truths: tuple[Truth, ...], sides: Mapping[str, pl.DataFrame],
    dtype: pl.DataType,
) -> list[pl.Series]:  # fmt: skip
    """A field of the canonical records, who gave it and, where a copy tells, its currency.

    `sides`: the copies' records in the order of the canonical ones.
    """
    offers = {}
    for place, truth in enumerate(truths):
        records = sides.get(truth.copy_name)
        if records is None or field not in records.columns:
            continue
        offer = records.select(pl.col(field).alias("value"), pl.col(f"^{currency_column(field)}$").alias("currency"))
        if truth.when and not records.is_empty():
            is_true = holds(records, {"when": truth.when}).to_series()
            offer = offer.select(pl.when(is_true).then(pl.all()))
        offers[place] = (truth.copy_name, offer)
    if not offers:
        nothing = {field: dtype, f"{field}__from": pl.String()}
        return [pl.repeat(None, canonical.height, dtype=kind, eager=True).alias(n) for n, kind in nothing.items()]
    return _first_offer(field, dtype, list(offers.values()))


def _first_offer(field: str, dtype: pl.DataType, offers: list[tuple[str, pl.DataFrame]]) -> list[pl.Series]:
    values = {f"_{place}": offer["value"] for place, (_, offer) in enumerate(offers)}
    codes = {f"_currency_{place}": offer["currency"] for place, (_, offer) in enumerate(offers) if offer.width > 1}
    names = {f"_{place}": name for place, (name, _) in enumerate(offers)}
    source = pl.coalesce(*(pl.when(pl.col(c).is_not_null()).then(pl.lit(name)) for c, name in names.items()))
    told = [pl.coalesce(*(pl.col(c) for c in names)).cast(dtype).alias(field), source.alias(f"{field}__from")]
    if codes:
        by_name = {names[f"_{c.removeprefix('_currency_')}"]: c for c in codes}
        of_winner = pl.coalesce(pl.when(source == name).then(pl.col(code)) for name, code in by_name.items())
        told.append(of_winner.alias(currency_column(field)))
    return pl.DataFrame({**values, **codes}).select(told).get_columns()
