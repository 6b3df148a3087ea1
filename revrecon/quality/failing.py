"""The map's field and record rules at work; every failure becomes a finding on its record."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from revrecon.canonical.copies import CopyRecords
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.formulas import FIELD_TYPES, evaluate
from revrecon.findings import as_findings, no_findings
from revrecon.quality.rules import is_required, record_rules, unique_fields


def suspects(entity: Entity, copy_name: str, live: pl.DataFrame) -> pl.DataFrame:
    """The records and fields that may break a rule by themselves (`_id` and the fields), by plain expressions.

    Most values keep every rule; only these are handed to pandera, which tells every single failure.
    """
    asked = {
        field: pl.any_horizontal(*suspicions).fill_null(False)
        for field in entity.replication[copy_name].fields
        if (suspicions := list(_suspicions(entity, copy_name, field, live)))
    }
    return _doubtful(live, asked)


def sharers(entity: Entity, copy_name: str, live: pl.DataFrame) -> pl.DataFrame:
    """The records and fields of a copy whose value stands in another record too and must not (`_id` and the fields)."""
    return _doubtful(live, {field: pl.col(field).is_duplicated() for field in unique_fields(entity, copy_name)})


def _doubtful(live: pl.DataFrame, asked: Mapping[str, pl.Expr]) -> pl.DataFrame:
    doubts = live.select(pl.repeat(False, pl.len()).alias("_id"), **asked)
    fields = [field for field in asked if doubts[field].any()]
    return live.select("_id", *fields).filter(doubts.select(pl.any_horizontal(pl.all())).to_series())


def _suspicions(entity: Entity, copy_name: str, field: str, live: pl.DataFrame) -> Iterator[pl.Expr]:
    """Per rule on a field: where a value does not keep it, or where that cannot be told."""
    rule, value = entity.fields[field], pl.col(field)
    if live.schema[field] != FIELD_TYPES[rule.type]:
        yield pl.lit(True)
    if is_required(rule, copy_name):
        yield value.is_null()
    if rule.allowed:
        yield ~value.is_in(list(rule.allowed))
    if rule.pattern:
        yield ~value.str.contains(rule.pattern)
    if rule.at_least is not None:
        yield ~(value >= rule.at_least)
    if rule.at_most is not None:
        yield ~(value <= rule.at_most)


def failures(entity: Entity, copy: CopyRecords) -> pl.DataFrame:
    """Findings for every value and record that breaks a rule by itself; what stands for nothing is not judged."""
    live = copy.records.filter(pl.col("_excluded").is_null())
    if live.is_empty():
        return no_findings()
    doubtful = suspects(entity, copy.copy, live)
    fields = _judged(entity, copy, doubtful)
    return _found(copy, [fields, _broken_records(entity, copy, live), _unreadable(copy), _dangling(entity, copy, live)])


def repeated(entity: Entity, copy: CopyRecords) -> pl.DataFrame:
    """Findings for every record that shares a value that must be unique; what stands for nothing is not judged."""
    live = copy.records.filter(pl.col("_excluded").is_null())
    if live.is_empty() or not unique_fields(entity, copy.copy):
        return no_findings()
    return _found(copy, [_judged(entity, copy, sharers(entity, copy.copy, live), across=True)])


def _judged(entity: Entity, copy: CopyRecords, doubtful: pl.DataFrame, across: bool = False) -> pl.DataFrame:
    """What pandera says of the doubtful records, one by one or `across` all of them; nobody waits for it otherwise."""
    if doubtful.is_empty():
        return pl.DataFrame()
    from revrecon.quality.schemas import broken_fields, schema_across, schema_of

    schema = (schema_across if across else schema_of)(entity, copy.copy, doubtful.columns[1:])
    return broken_fields(entity, copy.copy, doubtful, schema)


def _found(copy: CopyRecords, judged: Sequence[pl.DataFrame]) -> pl.DataFrame:
    broken = [frame for frame in judged if not frame.is_empty()]
    if not broken:
        return no_findings()
    rows = pl.concat(broken, how="diagonal_relaxed")
    known = copy.records.select(
        "_id", pl.col("_changed").dt.date().alias("since"),
        *(["canonical_id"] if "canonical_id" in copy.records.columns else []),
    ).join(rows, on="_id", how="semi")  # fmt: skip
    named = rows.join(known.unique("_id"), on="_id", how="left").rename({"_id": "record_id"})
    return as_findings(
        named.with_columns(
            pl.lit(copy.entity).alias("entity"), pl.lit(copy.copy).alias("copy"),
            pl.lit(copy.system).alias("system"), pl.lit(copy.object).alias("object"),
        )
    )  # fmt: skip


def _broken_records(entity: Entity, copy: CopyRecords, live: pl.DataFrame) -> pl.DataFrame:
    found = []
    for name, rule in record_rules(entity, copy.copy):
        known = live.with_columns(
            pl.lit(None, dtype=FIELD_TYPES[r.type]).alias(f) for f, r in entity.fields.items() if f not in live.columns
        )
        kept = evaluate(known, {"kept": f"coalesce(({rule.must_hold}), true)"})["kept"]
        broken = known.filter(~kept)
        if broken.is_empty():
            continue
        amount = (
            evaluate(broken, {"amount": rule.amount})["amount"] if rule.amount else pl.Series([None] * broken.height)
        )
        found.append(
            broken.select(
                "_id", pl.lit(name).alias("rule"), pl.lit(rule.field, dtype=pl.String).alias("field"),
                pl.lit("quality.rule").alias("cause"), pl.lit(rule.text).alias("expected"),
                amount.cast(pl.Decimal(18, 2)).alias("amount"),
            )
        )  # fmt: skip
    return pl.concat(found) if found else pl.DataFrame()


def _unreadable(copy: CopyRecords) -> pl.DataFrame:
    return copy.unreadable.select(
        "_id", pl.format("{}_is_readable", "field").alias("rule"), "field",
        pl.lit("quality.invalid_format").alias("cause"), "observed",
    )  # fmt: skip


def _dangling(entity: Entity, copy: CopyRecords, live: pl.DataFrame) -> pl.DataFrame:
    """References to records that are not there; a parent that is not there is judged with the hierarchy."""
    parent = entity.hierarchy.parent_field if entity.hierarchy else None
    found = []
    for field in entity.replication[copy.copy].fields:
        if entity.fields[field].type != "reference" or field == parent:
            continue
        lost = live.filter(pl.col(f"{field}__key").is_not_null() & pl.col(field).is_null())
        found.append(
            lost.select(
                "_id", pl.lit(f"{field}_exists").alias("rule"), pl.lit(field).alias("field"),
                pl.lit("quality.orphan").alias("cause"), pl.col(f"{field}__key").alias("observed"),
            )
        )  # fmt: skip
    return pl.concat(found) if found else pl.DataFrame()
