"""Ratios in the shape in which reports show every bridge: numerator and denominator told apart."""

from dataclasses import replace
from decimal import Decimal

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.findings import CATEGORIES
from revrecon.reports.bridge_views import BridgeView, StepView, folded_steps, item_views, of_bridge
from revrecon.reports.titles import definition_title, number_title


def ratio_views(
    entity_map: EntityMap, bridges: pl.DataFrame, steps: pl.DataFrame, items: pl.DataFrame, most_items: int = 12
) -> tuple[BridgeView, ...]:
    """Every bridge of the frames of a ratio (`numbers.ratios`), in their order."""
    return tuple(_view(entity_map, row, steps, items, most_items) for row in bridges.iter_rows(named=True))


def _view(
    entity_map: EntityMap, row: dict[str, object], steps: pl.DataFrame, items: pl.DataFrame, most: int
) -> BridgeView:
    ratio = entity_map.ratios[str(row["number"])]
    mine = of_bridge(items, row)
    ends = [definition_title(entity_map, ratio.of, str(row[end])) for end in ("definition", "closing_definition")]
    return BridgeView(
        number=str(row["number"]),
        period=str(row["period"]),
        definition=str(row["definition"]),
        title=" ".join(part for part in (ratio.title, str(row["period"])) if part),
        department=ends[0],
        department_key=str(row["department"]),
        closing_title=ends[1],
        unit=ratio.unit,
        decimals=ratio.decimals,
        reported=_amount(row["reported"]),
        closing=_amount(row["closing"]),
        residual=_amount(row["residual"]),
        by_category=tuple((category, _amount(row[f"{category}_step"])) for category in CATEGORIES),
        steps=_both_parts(entity_map, of_bridge(steps, row)),
        items=tuple(item_views(mine, most)),
        more_items=max(mine.height - most, 0),
        provisional=str(row.get("provisional") or ""),
    )


def _both_parts(entity_map: EntityMap, steps: pl.DataFrame) -> tuple[StepView, ...]:
    """The numerator's steps, then the denominator's, each under its number's name."""
    found: list[StepView] = []
    for number, part in steps.select("number", "part").unique(maintain_order=True).iter_rows():
        ratio = entity_map.ratios[number]
        title = number_title(entity_map, ratio.of if part == "of" else ratio.over)
        mine = folded_steps(steps.filter(pl.col("part") == part), Decimal(0), steps.height)
        found += [replace(step, title=f"{title}: {step.title}") for step in mine]
    return tuple(found)


def _amount(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
