"""Amounts in their own currencies, and the same amounts in the company's at the rates of a day.

Beside every money field that any copy holds in a currency of its own stands `FIELD__currency`. One amount is converted
once: the exact product with the rate, rounded half to even to cents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from revrecon.canonical.rates import RATE
from revrecon.entity_map.currencies import currency_of, foreign_fields
from revrecon.entity_map.currency import ConversionDay
from revrecon.entity_map.entities import Entity
from revrecon.entity_map.formulas import FIELD_TYPES
from revrecon.entity_map.model import EntityMap

MONEY = FIELD_TYPES["money"]
NOT_CONVERTED = "_not_converted"
"""Column of converted frames: why a record's amounts are empty, or null where they were converted."""

_EXACT = pl.Decimal(38, 12)
_DAY = "_conversion_day"


@dataclass(frozen=True)
class Conversion:
    """Which day's rates are used, as asked for on a day; no later rate is looked at."""

    day: ConversionDay
    as_of: date

    @property
    def fixed_day(self) -> date:
        """The day of records that have none of their own."""
        next_day = self.as_of + timedelta(days=1)
        if self.day.field is not None or self.day.rule == "as_of" or next_day.day == 1:
            return self.as_of
        return self.as_of.replace(day=1) - timedelta(days=1)

    def told(self) -> str:
        """The rates in words: `rates of 2026-02-28`, `rates of each close_date`."""
        if self.day.field is not None:
            return f"rates of each {self.day.field} up to {self.as_of}"
        return f"rates of {self.fixed_day}"


def currency_column(field: str) -> str:
    """The column that says in which currency a field's amounts are."""
    return f"{field}__currency"


def currencies_read(entity_map: EntityMap, entity_name: str, copy_name: str, raw: pl.DataFrame) -> list[pl.Series]:
    """`FIELD__currency` of a copy's raw rows, for the fields that need one; null where the row names none."""
    entity = entity_map.entities[entity_name]
    copy = entity.replication[copy_name]
    found = []
    for field in foreign_fields(entity):
        if field not in copy.fields:
            continue
        named = currency_of(copy, field)
        code = pl.lit(entity_map.company.currency if named is None else named.code, dtype=pl.String)
        if named is not None and named.column is not None:
            tidy = pl.col(named.column).str.strip_chars()
            tidy = tidy.replace(named.translate) if named.translate else tidy
            code = pl.when(tidy != "").then(tidy.str.to_uppercase())
        found.append(raw.with_columns(code.alias(currency_column(field)))[currency_column(field)])
    return found


def currency_columns_named(entity: Entity, copy_name: str) -> list[tuple[str, str]]:
    """The raw columns that a copy's currencies are read from, each with its place in the map."""
    copy = entity.replication[copy_name]
    named = [(f"fields.{field}.currency", mapping.currency) for field, mapping in copy.fields.items()]
    named.append(("currency", copy.currency))
    return [(place, one.column) for place, one in named if one is not None and one.column is not None]


def in_company_currency(
    frame: pl.DataFrame, entity: Entity, company: str, rates: pl.DataFrame, conversion: Conversion
) -> pl.DataFrame:
    """The same records with amounts in the company's currency, in their order, and NOT_CONVERTED.

    A record is converted whole or not at all: where one amount has no rate on or before its day, all its amounts are
    empty. `rates` is RATE_SCHEMA; `_conversion_day`, where the frame has it, is the day of each record.
    """
    fields = [field for field in foreign_fields(entity) if {field, currency_column(field)} <= set(frame.columns)]
    if not fields:
        return frame.drop(_DAY, strict=False).with_columns(pl.lit(None, dtype=pl.String).alias(NOT_CONVERTED))
    dated = frame if _DAY in frame.columns else frame.with_columns(_day(frame.columns, conversion))
    for field in fields:
        dated = _with_rate(dated, field, company, rates)
    reason = pl.coalesce(_reason(field) for field in fields).alias(NOT_CONVERTED)
    told = dated.with_columns(reason)
    money = [name for name, rule in entity.fields.items() if rule.type == "money" and name in frame.columns]
    whole = pl.col(NOT_CONVERTED).is_null()
    values = [pl.when(whole).then(_product(name) if name in fields else pl.col(name)).alias(name) for name in money]
    codes = [pl.lit(company).alias(currency_column(field)) for field in fields]
    return told.with_columns(*values, *codes).select(*frame.drop(_DAY, strict=False).columns, NOT_CONVERTED)


def with_days(frame: pl.DataFrame, canonical: pl.DataFrame, conversion: Conversion) -> pl.DataFrame:
    """A copy's records with the day at which each is converted: its own, or its canonical record's where the copy does
    not hold the field."""
    field = conversion.day.field
    if field is None or field in frame.columns or field not in canonical.columns:
        return frame.with_columns(_day(frame.columns, conversion))
    days = canonical.select("canonical_id", pl.col(field))
    both = frame.join(days, on="canonical_id", how="left", maintain_order="left")
    return both.with_columns(_day(both.columns, conversion)).drop(field)


def _day(columns: Sequence[str], conversion: Conversion) -> pl.Expr:
    fixed, field = pl.lit(conversion.fixed_day), conversion.day.field
    own = pl.min_horizontal(pl.col(field), fixed) if field is not None and field in columns else fixed
    return own.cast(pl.Date).alias(_DAY)


def _with_rate(frame: pl.DataFrame, field: str, company: str, rates: pl.DataFrame) -> pl.DataFrame:
    """The frame, in its order, with the last rate on or before each record's day as `_rate_FIELD`; 1 at home."""
    code, place, found = currency_column(field), "_place", f"_rate_{field}"
    known = rates.select(pl.col("currency").alias(code), "on", pl.col("rate").alias(found)).sort("on")
    rows = frame.with_row_index(place).sort(_DAY, place)
    joined = rows.join_asof(known, left_on=_DAY, right_on="on", by=code, strategy="backward", check_sortedness=False)
    rate = pl.when(pl.col(code) == company).then(pl.lit(1).cast(RATE)).otherwise(found).alias(found)
    return joined.sort(place).with_columns(rate).drop(place, "on", strict=False)


def _product(field: str) -> pl.Expr:
    exact = pl.col(field).cast(_EXACT) * pl.col(f"_rate_{field}").cast(_EXACT)
    return exact.round(2, mode="half_to_even").cast(MONEY, strict=False)


def _reason(field: str) -> pl.Expr:
    code = pl.col(currency_column(field))
    lost = pl.col(field).is_not_null() & _product(field).is_null()
    told = pl.format("no rate of {} on or before {}", code, pl.col(_DAY))
    return pl.when(lost).then(pl.when(code.is_null()).then(pl.lit("no currency is named")).otherwise(told))


def currency_of_parts(name: str, columns: Mapping[str, pl.DataType]) -> pl.Expr | None:
    """The currency of added-up parts: the one that all have, or all of them, for which there is never a rate."""
    code = currency_column(name)
    if code not in columns:
        return None
    given = pl.when(pl.col(name).is_not_null()).then(pl.col(code).fill_null("?")).drop_nulls()
    joined = given.unique().sort().str.join(" + ")
    return pl.when(joined != "?").then(joined).alias(code)
