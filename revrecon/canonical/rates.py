"""Dated rates to the company's currency: those in the map, and those that a system sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from revrecon.canonical.typing_values import digits, typed
from revrecon.entity_map.currencies import DECIMALS, ReceivedRates
from revrecon.entity_map.entities import FieldMapping
from revrecon.entity_map.formulas import columns_in, evaluate
from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.problems import did_you_mean, listed
from revrecon.entity_map.systems import Formats

RATE = pl.Decimal(10 + DECIMALS, DECIMALS)

RATE_SCHEMA: dict[str, pl.DataType] = {
    "currency": pl.String(),
    "on": pl.Date(),
    "rate": RATE,  # what one unit is worth in the company's currency, from that day on
}
"""One row per currency and day, sorted by day; rates are above zero."""

Received = Callable[[str], Mapping[str, pl.DataFrame]]
"""Given a system: the raw rows of each of its known objects, the oldest first."""


class RatesUnreadable(Exception):
    """The map names columns that the received rates do not have."""


@dataclass(frozen=True)
class Rates:
    """Every rate that is known (RATE_SCHEMA), and a sentence about received rows that are no rate, or nothing."""

    known: pl.DataFrame
    unusable: str = ""


def rates_known(entity_map: EntityMap, received: Received) -> Rates:
    """Every rate that is known; of one day and currency the map's own counts, else the one received last.

    Rows without a day, a currency or a number above zero are no rates. Raises RatesUnreadable when the map names
    columns that are not there, FormulaError when one of its expressions fails.
    """
    chapter = entity_map.currencies
    if chapter is None:
        return Rates(pl.DataFrame(schema=RATE_SCHEMA))
    written = [(one.currency, one.on, one.rate) for one in chapter.rates]
    found, unusable = [pl.DataFrame(written, schema=RATE_SCHEMA, orient="row")], ""
    raw = received(chapter.received.system) if chapter.received else {}
    if chapter.received and chapter.received.object in raw:
        read = _read(entity_map, chapter.received, raw[chapter.received.object])
        is_rate = pl.col("on").is_not_null() & pl.col("currency").is_not_null() & (pl.col("rate") > 0).fill_null(False)
        found.append(read.filter(is_rate).reverse().select(list(RATE_SCHEMA)))
        unusable = _told(chapter.received, read.filter(~is_rate))
    every = pl.concat(found).unique(["currency", "on"], keep="first", maintain_order=True)
    return Rates(every.sort("on", "currency"), unusable)


def _read(entity_map: EntityMap, spec: ReceivedRates, raw: pl.DataFrame) -> pl.DataFrame:
    """Every received row as a rate (RATE_SCHEMA, null where it cannot be read), with what was written as `_text`."""
    columns = {"date": spec.date, "currency": spec.currency, "rate": spec.rate}
    _require_columns(spec, columns, raw)
    formats, zone = entity_map.systems[spec.system].formats, entity_map.company.zone
    given = pl.DataFrame({name: _as_text(raw, mapping) for name, mapping in columns.items()})
    return given.select(
        typed(pl.col("currency"), "text", spec.currency, formats, zone).alias("currency"),
        typed(pl.col("date"), "date", spec.date, formats, zone).alias("on"),
        _number(pl.col("rate"), formats).alias("rate"),
        pl.concat_str([pl.col(name).fill_null("nothing") for name in columns], separator=" ").alias("_text"),
    )


def _number(value: pl.Expr, formats: Formats) -> pl.Expr:
    """A rate as written, exactly; one with an exponent through a float, at the decimals that rates have."""
    plain = digits(value.str.strip_chars(), formats)
    with_exponent = pl.when(plain.str.contains(r"^[0-9.]+[eE]-?\d+$")).then(plain).cast(pl.Float64, strict=False)
    written = pl.when(~plain.str.contains(r"[eE]")).then(plain)
    return pl.coalesce(written.cast(RATE, strict=False), with_exponent.round(DECIMALS).cast(RATE, strict=False))


def _as_text(raw: pl.DataFrame, mapping: FieldMapping) -> pl.Series:
    if mapping.sql is not None:
        return evaluate(raw, {"value": mapping.sql})["value"].cast(pl.String)
    return raw[str(mapping.column)]


def _require_columns(spec: ReceivedRates, columns: Mapping[str, FieldMapping], raw: pl.DataFrame) -> None:
    missing = []
    for name, mapping in columns.items():
        for column in sorted(columns_in(mapping.sql)) if mapping.sql else [str(mapping.column)]:
            if column not in raw.columns:
                near = did_you_mean(column, raw.columns)
                missing.append(f"currencies.received.{name} names column '{column}'{f'; {near}' if near else ''}")
    if missing:
        raise RatesUnreadable(
            f"{spec.system}/{spec.object} lacks {len(missing)} column(s) that the map names:\n  "
            + "\n  ".join(missing)
            + f"\n  It has: {listed([c for c in raw.columns if not c.startswith('_')])}."
        )


def _told(spec: ReceivedRates, rows: pl.DataFrame) -> str:
    if rows.is_empty():
        return ""
    return (
        f"{rows.height} row(s) of {spec.system}/{spec.object} are no rates above zero and were left out, the first: "
        f"'{rows['_text'][0]}'; correct them there"
    )
