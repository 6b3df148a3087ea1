"""Which links to set right first, per bridge with a hierarchy step: as data for page, terminal and Dagster."""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.reports.formats import money, plural, share
from revrecon.reports.titles import cause_title, definition_title, number_title

_MOST_OF_IT = 0.8


@dataclass(frozen=True)
class CorrectionView:
    """One link to set right, and how much of the step is gone with it and all before it."""

    rank: int
    record: str
    label: str
    cause: str
    now_under: str
    belongs_under: str
    hint: str
    share: str
    left: str


@dataclass(frozen=True)
class CorrectionsView:
    """The links of one bridge, best first."""

    number: str
    definition: str
    period: str
    title: str
    department: str
    headline: str
    enough: int
    rows: tuple[CorrectionView, ...]


def corrections_views(entity_map: EntityMap, corrections: pl.DataFrame) -> list[CorrectionsView]:
    """One view per bridge with a hierarchy step (CORRECTION_SCHEMA in), those with most to gain first."""
    keys = ["number", "period", "definition"]
    parts = corrections.sort(*keys, "rank").partition_by(keys, maintain_order=True)
    views = [_view(entity_map, part) for part in parts]
    sizes = {id(view): part["gross_before"][0] for view, part in zip(views, parts, strict=True)}
    return sorted(views, key=lambda view: (-sizes[id(view)], view.number, view.period, view.definition))


def _view(entity_map: EntityMap, part: pl.DataFrame) -> CorrectionsView:
    first = part.row(0, named=True)
    unit, decimals = entity_map.numbers[first["number"]].unit, entity_map.numbers[first["number"]].decimals
    enough = int((part["share_removed"] < _MOST_OF_IT).sum()) + 1
    enough = min(enough, part.height)
    gross = money(first["gross_before"], unit, decimals)
    reached = share(part["share_removed"][enough - 1])
    return CorrectionsView(
        number=first["number"],
        definition=first["definition"],
        period=first["period"],
        title=number_title(entity_map, first["number"], first["period"]),
        department=definition_title(entity_map, first["number"], first["definition"]),
        headline=f"Fix {'this' if enough == 1 else 'these'} {plural(enough, 'link')}: {reached} of the hierarchy step "
        f"is gone ({gross} gross).",
        enough=enough,
        rows=tuple(_row(row, unit, decimals) for row in part.iter_rows(named=True)),
    )


def _row(row: dict[str, object], unit: str, decimals: int) -> CorrectionView:
    hints = [] if row["parent_is_held"] else ["the system must get that parent first"]
    hints += [] if row["still_wrong"] else ["mended since, the figure looks at an earlier day"]
    left = row["gross_left"]
    removed = row["share_removed"]
    return CorrectionView(
        rank=int(str(row["rank"])),
        record="/".join(str(row[name]) for name in ("system", "object", "record_id")),
        label=str(row["label"]),
        cause=cause_title(str(row["cause"])),
        now_under=_parent(row["own_parent_label"], row["own_parent"]),
        belongs_under=_parent(row["canonical_parent_label"], row["canonical_parent_id"]),
        hint="; ".join(hints),
        share=share(removed if isinstance(removed, float) else None),
        left=money(left if isinstance(left, Decimal) else None, unit, decimals),
    )


def _parent(label: object, key: object) -> str:
    """`Acme Inc. (4711)`, or that there is none."""
    if label is None:
        return "no parent" if key is None else str(key)
    return f"{label} ({key})" if key and ":" not in str(key) else str(label)
