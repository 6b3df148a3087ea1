"""Bridges as reports show them: small steps folded together by materiality, the largest items on top."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.findings import CATEGORIES
from revrecon.reports.agreed_views import agreed_in_bridges
from revrecon.reports.daily import DailySheet
from revrecon.reports.formats import money, plural
from revrecon.reports.heads import UNREPRODUCED, HeadStep, amount_of, head_steps, reported_figure
from revrecon.reports.titles import cause_text, definition_title, number_title, step_title

_KEY = ("number", "period", "definition")


@dataclass(frozen=True)
class StepView:
    """One step: its words, and what it adds to the reported figure."""

    category: str
    title: str
    explanation: str
    amount: Decimal
    gross: Decimal
    records: int


@dataclass(frozen=True)
class ItemView:
    """One record's share of a step."""

    category: str
    cause: str
    label: str
    records: str
    amount: Decimal


@dataclass(frozen=True)
class BridgeView:
    """One bridge: reported = sum of steps + residual + closing, where the first step may be `unreproduced`."""

    number: str
    period: str
    definition: str
    title: str
    department: str
    department_key: str
    closing_title: str
    unit: str
    decimals: int
    reported: Decimal
    closing: Decimal
    residual: Decimal
    by_category: tuple[tuple[str, Decimal], ...]
    steps: tuple[StepView, ...]
    items: tuple[ItemView, ...]
    more_items: int
    head: tuple[StepView, ...] = ()  # those of the steps that lead from a typed-in figure to the recomputed one
    unreproduced: Decimal = Decimal(0)  # what of a typed-in figure its own records do not give
    provisional: str = ""  # why it may still change
    agreed: tuple[str, ...] = ()  # what of it is accepted for a while, or was

    @property
    def name(self) -> str:
        """`pipeline_sales`, `revenue_2026Q3_sales_booked`: an anchor and a file name."""
        return "_".join(part for part in (self.number, self.period, self.definition) if part)

    @property
    def moved(self) -> tuple[tuple[str, Decimal], ...]:
        """The categories that explain anything, and what each adds to the reported figure."""
        return tuple((category, amount) for category, amount in self.by_category if amount)


class NoSuchBridge(Exception):
    """A bridge was asked for that the day does not have."""


def bridges_asked(
    number: str, as_of: date, bridges: Sequence[BridgeView], department: str | None, period: str | None
) -> list[BridgeView]:
    """A number's bridges of one department or definition, and of one period, where these are named.

    Raises NoSuchBridge, which tells all that there are.
    """
    wanted = [
        bridge
        for bridge in bridges
        if period in (None, bridge.period) and department in (None, bridge.definition, bridge.department_key)
    ]
    if not wanted:
        known = ", ".join(f"{bridge.definition} {bridge.period}".strip() for bridge in bridges) or "none"
        asked = " ".join(("bridge", *(word for word in (department, period) if word)))
        raise NoSuchBridge(f"{number} has no {asked} on {as_of}; it has: {known}.")
    return wanted


def bridge_views(sheet: DailySheet, most_steps: int = 20, most_items: int = 12) -> tuple[BridgeView, ...]:
    """Every bridge of a sheet in the order of its frame."""
    return tuple(_view(sheet, row, most_steps, most_items) for row in sheet.bridges.iter_rows(named=True))


def _view(sheet: DailySheet, row: dict[str, object], most_steps: int, most_items: int) -> BridgeView:
    number, period, definition = (str(row[name]) for name in _KEY)
    known = sheet.map.numbers.get(number)
    items = of_bridge(sheet.items, row)
    closing = str(row["closing_definition"])
    amounts = {category: _decimal(row[f"{category}_step"]) for category in CATEGORIES}
    amounts["timing"] += amount_of(row, "moved_since")
    head = tuple(_head(step) for step in head_steps(row))
    return BridgeView(
        number=number,
        period=period,
        definition=definition,
        title=number_title(sheet.map, number, period),
        department=definition_title(sheet.map, number, definition),
        department_key=str(row["department"]),
        closing_title=definition_title(sheet.map, number, closing),
        unit=str(row["unit"]),
        decimals=known.decimals if known else 2,
        reported=reported_figure(row),
        closing=_decimal(row["closing"]),
        residual=_decimal(row["residual"]),
        by_category=tuple(amounts.items()),
        steps=(
            *head,
            *folded_steps(of_bridge(sheet.steps, row), materiality(sheet.map, number), most_steps),
        ),
        items=tuple(item_views(items, most_items)),
        more_items=max(items.height - most_items, 0),
        head=head,
        unreproduced=amount_of(row, "unreproduced_step"),
        provisional=str(row.get("provisional") or ""),
        agreed=tuple(agreed_in_bridges(sheet.map, of_bridge(sheet.steps, row), sheet.as_of)),
    )


def _head(step: HeadStep) -> StepView:
    return StepView(step.category, step.title, step.explanation, step.amount, abs(step.amount), 0)


def materiality(entity_map: EntityMap, number: str) -> Decimal:
    """The gross amount below which a step is folded into the small ones."""
    known = entity_map.numbers.get(number)
    return Decimal(str(known.materiality)) if known else Decimal(0)


def of_bridge(frame: pl.DataFrame, row: dict[str, object]) -> pl.DataFrame:
    """The rows of steps or items that belong to one bridge."""
    return frame.filter(*(pl.col(name) == row[name] for name in _KEY))


def _decimal(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def folded_steps(steps: pl.DataFrame, least: Decimal, most: int) -> tuple[StepView, ...]:
    """Steps in the order of the waterfall; those below `least`, or beyond the `most` largest, become one per category.

    Nothing is lost: amounts, gross and records of what is folded are added up.
    """
    ordered = steps.sort("position")
    rank = pl.col("gross").rank("ordinal", descending=True)
    small = (pl.col("gross") < least) | (rank > most)
    rows = ordered.with_columns(small.alias("_small")).iter_rows(named=True)
    by_category = groupby(rows, key=lambda row: str(row["category"]))
    return tuple(step for category, group in by_category for step in _category_steps(category, list(group)))


def _category_steps(category: str, rows: list[dict[str, object]]) -> Iterator[StepView]:
    large = [row for row in rows if not row["_small"]]
    small = [row for row in rows if row["_small"]]
    if len(small) == 1:
        large, small = rows, []
    yield from (_step(row) for row in large)
    if small:
        yield StepView(
            category=category,
            title=f"{plural(len(small), 'smaller cause')} of {category}",
            explanation="Each too small to be shown by itself.",
            amount=sum((_decimal(row["amount"]) for row in small), Decimal(0)),
            gross=sum((_decimal(row["gross"]) for row in small), Decimal(0)),
            records=sum(int(str(row["records"])) for row in small),
        )


def _step(row: dict[str, object]) -> StepView:
    cause = str(row["cause"])
    return StepView(
        category=str(row["category"]),
        title=step_title(cause, str(row["detail"] or "")),
        explanation=cause_text(cause),
        amount=_decimal(row["amount"]),
        gross=_decimal(row["gross"]),
        records=int(str(row["records"])),
    )


def item_views(items: pl.DataFrame, most: int) -> Iterator[ItemView]:
    """So many reconciling items of one bridge (ITEM_SCHEMA), those that move most first."""
    largest = items.sort(pl.col("amount").abs(), "unit_id", "records", descending=[True, False, False]).head(most)
    for row in largest.iter_rows(named=True):
        yield ItemView(
            category=str(row["category"]),
            cause=step_title(str(row["cause"]), str(row["detail"] or "")),
            label=str(row["label"] or row["unit_id"]),
            records=str(row["records"] or row["unit_id"]),
            amount=_decimal(row["amount"]),
        )


def equation(bridge: BridgeView) -> str:
    """`$18,628,106.17 = Canonical $10,380,253.42 + definition $7,923,586.63 + quality $324,266.12`."""
    told = f"{money(bridge.reported, bridge.unit, bridge.decimals)} = {bridge.closing_title} "
    told += money(bridge.closing, bridge.unit, bridge.decimals)
    residual = (("residual", bridge.residual),) if bridge.residual else ()
    head = ((UNREPRODUCED, bridge.unreproduced),) if bridge.unreproduced else ()
    for category, amount in (*head, *bridge.moved, *residual):
        sign = "−" if amount < 0 else "+"
        told += f" {sign} {category} {money(abs(amount), bridge.unit, bridge.decimals)}"
    return told
