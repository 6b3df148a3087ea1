"""Raw text becomes typed values, by the formats that the map names; what cannot be read is told, never guessed."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from revrecon.entity_map.entities import FieldMapping, FieldType
from revrecon.entity_map.formulas import FIELD_TYPES
from revrecon.entity_map.systems import Formats

EpochUnit = Literal["epoch_seconds", "epoch_milliseconds"]

_FIRST_AND_LAST = (datetime(1, 1, 1, 14, tzinfo=UTC), datetime(9999, 12, 31, 10, tzinfo=UTC))
"""The first and the last moment that lie in the years 1 to 9999 in every time zone."""
_SECONDS = tuple(int(moment.timestamp()) for moment in _FIRST_AND_LAST)


@cache
def _bounds(first: date, last: date) -> tuple[pl.Expr, pl.Expr]:
    """Two days or moments as expressions, which polars takes four steps to make; none at import, so that no thread of
    polars is lost with a fork."""
    return pl.lit(first), pl.lit(last)


def _moment_there_is(moment: pl.Expr) -> pl.Expr:
    """A moment that has a date everywhere, or null."""
    return pl.when(moment.is_between(*_bounds(*_FIRST_AND_LAST))).then(moment)


def _day(value: pl.Expr, pattern: str) -> pl.Expr:
    day = value.str.to_date(pattern, strict=False)
    return pl.when(day.is_between(*_bounds(date.min, date.max))).then(day)


def _without_nulls(value: pl.Expr, formats: Formats) -> pl.Expr:
    tidy = value.str.strip_chars()
    return pl.when(tidy.is_in(list(formats.null_values))).then(None).otherwise(tidy)


def digits(value: pl.Expr, formats: Formats) -> pl.Expr:
    """A number as plain digits: currency signs, blanks and thousands separators gone, brackets as minus."""
    plain = value.str.replace(r"^\((.*)\)$", "-$1").str.replace_all(r"[\s$€£_']", "")
    if formats.decimal_comma:
        return plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return plain.str.replace_all(r",(\d{3})", "$1")


def _timestamp(value: pl.Expr, patterns: tuple[str, ...], zone: str) -> pl.Expr:
    readings = []
    for pattern in patterns:
        aware = "%z" in pattern or "%Z" in pattern or pattern.endswith("Z")
        naive = value.str.to_datetime(pattern, strict=False, time_unit="us")
        if "%z" in pattern:
            readings.append(naive.dt.convert_time_zone("UTC"))
        else:
            local = "UTC" if aware else zone
            readings.append(
                naive.dt.replace_time_zone(local, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
            )
    return _moment_there_is(pl.coalesce(readings))


def _epoch(value: pl.Expr, unit: EpochUnit) -> pl.Expr:
    since = value.cast(pl.Int64, strict=False)
    a_second = 1 if unit == "epoch_seconds" else 1_000
    counted = pl.when(since.is_between(_SECONDS[0] * a_second, _SECONDS[1] * a_second)).then(since)
    micros = counted * (1_000_000 // a_second)
    return micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _boolean(value: pl.Expr, formats: Formats) -> pl.Expr:
    return (
        pl.when(value.is_in(list(formats.true_values)))
        .then(True)
        .when(value.is_in(list(formats.false_values)))
        .then(False)
    )


def typed(value: pl.Expr, kind: FieldType, mapping: FieldMapping, formats: Formats, zone: ZoneInfo) -> pl.Expr:
    """A text expression as a value of the field's type; null where it is empty or cannot be read.

    Dates of a timestamp are taken in the company's time zone. Money in cents is divided exactly.
    """
    value = _without_nulls(value, formats)
    if mapping.translate:
        value = value.replace(mapping.translate)
    source_zone = formats.timezone or zone.key
    if kind in ("text", "reference"):
        return value
    if kind == "boolean":
        return _boolean(value, formats)
    if kind in ("date", "timestamp"):
        return _moment(value, kind, mapping, formats, source_zone, zone)
    number = digits(value, formats)
    if kind == "integer":
        return _number(number.str.replace(r"\.0+$", ""), kind)
    if mapping.unit == "cents":
        exact = number.cast(_EXACT, strict=False) * pl.lit("0.01").cast(pl.Decimal(4, 2))
        return exact.cast(FIELD_TYPES[kind], strict=False)
    return _number(number, kind)


_EXACT = pl.Decimal(24, 6)


def _number(plain: pl.Expr, kind: FieldType) -> pl.Expr:
    """Plain digits as a number of the field's type; amounts by way of more decimals than are kept."""
    exact = plain if kind == "integer" else plain.cast(_EXACT, strict=False)
    return exact.cast(FIELD_TYPES[kind], strict=False)


def read_text(given: pl.Series, kind: FieldType, mapping: FieldMapping, formats: Formats, zone: ZoneInfo) -> pl.Series:
    """Texts as values of the field's type, as `typed` reads them.

    Plainly written values, nearly all of them, are read at once; the whole rule, which tries many ways of writing, is
    only asked about the others.
    """
    rule = typed(pl.col("value"), kind, mapping, formats, zone).cast(FIELD_TYPES[kind]).alias("value")
    plain = _plain(kind, mapping, formats)
    if kind in ("text", "reference") and not mapping.translate and tuple(formats.null_values) == ("",):
        tidy = _stripped(given)
        return tidy.alias("value") if not (tidy == "").any() else tidy.replace("", None).alias("value")
    frame = given.alias("value").to_frame()
    if plain is None:
        return frame.select(rule).to_series()
    values = frame.select(plain.alias("value")).to_series()
    if values.null_count() == given.null_count():
        return values
    left = values.is_null() & given.is_not_null()
    others = frame.filter(left).select(rule).to_series()
    return values.scatter(left.arg_true(), others) if others.null_count() < len(others) else values


def _stripped(given: pl.Series) -> pl.Series:
    """Texts without the blanks around them: the very same ones where there are none, so that they are held once."""
    tidy = given.str.strip_chars()
    return given if tidy.str.len_bytes().sum() == given.str.len_bytes().sum() else tidy


def _plain(kind: FieldType, mapping: FieldMapping, formats: Formats) -> pl.Expr | None:
    """How plain values are read, or None where the system's own way of writing leaves none that could be told."""
    value = pl.col("value")
    if mapping.translate or mapping.unit or set(formats.null_values) - {""}:
        return None
    if kind == "date" and (patterns := mapping.format or formats.date)[0] in _WHOLE_DATES:
        return value.str.to_date(patterns[0], strict=False)
    if kind in ("money", "decimal", "integer") and not formats.decimal_comma:
        return _number(value, kind)
    if kind == "boolean":
        yes, no = formats.true_values[0], formats.false_values[0]
        return pl.when(value == yes).then(True).when(value == no).then(False)
    return None


_WHOLE_DATES = ("%Y-%m-%d",)


def _moment(
    value: pl.Expr, kind: FieldType, mapping: FieldMapping, formats: Formats, source_zone: str, zone: ZoneInfo
) -> pl.Expr:
    counted = mapping.unit in ("epoch_seconds", "epoch_milliseconds")
    if mapping.unit == "epoch_seconds" or mapping.unit == "epoch_milliseconds":
        moment = _epoch(value, mapping.unit)
    else:
        moment = _timestamp(value, mapping.format or formats.timestamp, source_zone)
    if kind == "timestamp":
        return moment
    local_day = moment.dt.convert_time_zone(zone.key).dt.date()
    if counted:
        return local_day
    days = [pattern for pattern in mapping.format or formats.date if "%H" not in pattern]
    return pl.coalesce([_day(value, pattern) for pattern in days] + [local_day])


def read_clock(column: str, formats: Formats, zone: ZoneInfo) -> pl.Expr:
    """A system's own created or changed column as a UTC instant: formatted, or epoch seconds when all digits."""
    value = _without_nulls(pl.col(column), formats)
    seconds = pl.when(value.str.contains(r"^\d{9,10}$")).then(value)
    millis = pl.when(value.str.contains(r"^\d{12,13}$")).then(value)
    written = _timestamp(value, formats.timestamp, formats.timezone or zone.key)
    day = pl.coalesce([_day(value, pattern) for pattern in formats.date])
    midnight = day.cast(pl.Datetime("us")).dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    read = pl.coalesce(
        _epoch(seconds, "epoch_seconds"),
        _epoch(millis, "epoch_milliseconds"),
        written,
        _moment_there_is(midnight.dt.convert_time_zone("UTC")),
    )
    return read.alias(column)
