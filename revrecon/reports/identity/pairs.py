"""Two records side by side, field by field, with what each field says for or against their being the same thing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.reports.formats import MINUS, money, unit_of
from revrecon.reports.identity.sheet import EntityIdentities
from revrecon.reports.titles import amount_unit

_FULL_BAR = 12.0
"""The weight, in bits, at which a bar is full: odds of four thousand to one."""
SHOWN_CASES = 60
SAMPLE = 8

Sides = Mapping[tuple[str, str], Mapping[str, str | None]]


@dataclass(frozen=True)
class FieldView:
    """One field of both records, and its weight."""

    field: str
    left: str | None
    right: str | None
    level: str
    weight: str
    sign: str  # for, against or none
    width: int  # of the bar, in percent of its half


@dataclass(frozen=True)
class PairView:
    """A pair of records: a case of the queue, a refused link, or a link that was made."""

    case: str
    left: str
    right: str
    left_thing: str
    right_thing: str
    made_by: str
    weight: str
    probability: str
    reason: str
    amount: str
    fields: tuple[FieldView, ...]


def review_pairs(entity_map: EntityMap, found: EntityIdentities) -> tuple[PairView, ...]:
    """The queue, the most money first, then the most likely; at most SHOWN_CASES."""
    ordered = found.review.sort("amount", "weight", "case", descending=[True, True, False], nulls_last=True)
    return tuple(_pairs(entity_map, found, ordered.head(SHOWN_CASES)))


def refused_pairs(entity_map: EntityMap, found: EntityIdentities) -> tuple[PairView, ...]:
    """Links that were refused, with their reasons, the heaviest first; at most SHOWN_CASES."""
    return tuple(_pairs(entity_map, found, refused_links(found.links).head(SHOWN_CASES)))


def strongest_pairs(entity_map: EntityMap, found: EntityIdentities) -> tuple[PairView, ...]:
    """The links made by linkage of which it was surest."""
    return tuple(_pairs(entity_map, found, automatic_links(found.links).head(SAMPLE)))


def weakest_pairs(entity_map: EntityMap, found: EntityIdentities) -> tuple[PairView, ...]:
    """The links made by linkage of which it was least sure: where a wrong one would be."""
    return tuple(_pairs(entity_map, found, automatic_links(found.links)[SAMPLE:].reverse().head(SAMPLE)))


def refused_links(links: pl.DataFrame) -> pl.DataFrame:
    """Refused links, the heaviest first."""
    return links.filter(pl.col("outcome") == "refused").sort(
        *_BY_WEIGHT, descending=[True, *[False] * 4], nulls_last=True
    )


def automatic_links(links: pl.DataFrame) -> pl.DataFrame:
    """Links that were made on a weight, the heaviest first."""
    weighed = links.filter(pl.col("outcome") == "joined", pl.col("weight").is_not_null())
    return weighed.sort(*_BY_WEIGHT, descending=[True, *[False] * 4])


_BY_WEIGHT = ("weight", "left_copy", "left_id", "right_copy", "right_id")


def shown_records(links: pl.DataFrame, review: pl.DataFrame) -> pl.DataFrame:
    """`copy` and `record_id` of every record that the page shows side by side with another."""
    automatic = automatic_links(links)
    ordered = review.sort("amount", "weight", "case", descending=[True, True, False], nulls_last=True)
    shown = [
        ordered.head(SHOWN_CASES),
        refused_links(links).head(SHOWN_CASES),
        automatic.head(SAMPLE),
        automatic.tail(SAMPLE),
    ]
    sides = [
        rows.select(pl.col(f"{side}_copy").alias("copy"), pl.col(f"{side}_id").alias("record_id"))
        for rows in shown
        for side in ("left", "right")
    ]
    return pl.concat(sides).unique().sort("copy", "record_id")


def _pairs(entity_map: EntityMap, found: EntityIdentities, rows: pl.DataFrame) -> Iterator[PairView]:
    sides: dict[tuple[str, str], dict[str, str | None]] = {}
    for copy, record, field, value in found.values.iter_rows():
        sides.setdefault((copy, record), {})[field] = value
    unit = amount_unit(entity_map, found.entity)
    unit = unit if unit_of(unit).is_money else entity_map.company.currency
    for row in rows.iter_rows(named=True):
        yield _pair(row, sides, unit)


def _pair(row: Mapping[str, Any], sides: Sides, unit: str) -> PairView:
    amount, probability = row.get("amount"), row["probability"]
    return PairView(
        case=row.get("case") or "",
        left=f"{row['left_copy']}/{row['left_id']}",
        right=f"{row['right_copy']}/{row['right_id']}",
        left_thing=row.get("left_canonical_id") or "",
        right_thing=row.get("right_canonical_id") or "",
        made_by=row.get("pass") or "",
        weight=signed_weight(row["weight"]),
        probability=chance(probability),
        reason=_sentence(row["reason"] or ""),
        amount=money(amount, unit) if isinstance(amount, Decimal) else "",
        fields=tuple(_fields(row, sides)),
    )


def _fields(row: Mapping[str, Any], sides: Sides) -> Iterator[FieldView]:
    """Compared fields first, those that weigh most on top; then what either record holds beside them.

    A field that both leave empty says nothing and is left out. The odds before any field make the weights add up.
    """
    left = sides.get((row["left_copy"], row["left_id"]), {})
    right = sides.get((row["right_copy"], row["right_id"]), {})
    evidence = sorted(row["evidence"] or [], key=lambda piece: (-abs(piece["weight"] or 0), piece["field"]))
    for piece in evidence:
        name, weight = piece["field"], piece["weight"] or 0.0
        if not any((left.get(name), right.get(name), piece["left"], piece["right"], weight)):
            continue
        values = (left.get(name) or piece["left"], right.get(name) or piece["right"])
        yield _weighed(name, values, piece["level"] or "", weight)
    if evidence and row["weight"] is not None:
        start = row["weight"] - sum(piece["weight"] or 0.0 for piece in evidence)
        yield _weighed("before any field", (None, None), "most pairs are not the same", start)
    compared = {piece["field"] for piece in evidence}
    for name in dict.fromkeys([*left, *right]):
        if name not in compared and (left.get(name) or right.get(name)):
            yield FieldView(name, left.get(name), right.get(name), "", "", "none", 0)


def _weighed(name: str, values: tuple[str | None, str | None], level: str, weight: float) -> FieldView:
    sign = "for" if weight >= 0.05 else "against" if weight <= -0.05 else "none"
    return FieldView(name, *values, level, signed_weight(weight), sign, min(100, round(abs(weight) / _FULL_BAR * 100)))


def _sentence(reason: str) -> str:
    text = reason.rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def signed_weight(weight: float | None) -> str:
    """`+7.2`, `−3.1`, `0.0`; nothing where no weight was given."""
    if weight is None:
        return ""
    rounded = round(weight, 1)
    return f"{'+' if rounded > 0 else MINUS if rounded < 0 else ''}{abs(rounded):.1f}"


def chance(probability: float | None) -> str:
    """`93.4 %`; never a hundred or nothing, because it is neither."""
    if probability is None:
        return ""
    if probability > 0.9995:
        return "> 99.9\u00a0%"
    return "< 0.1\u00a0%" if probability < 0.0005 else f"{probability * 100:.1f}\u00a0%"
