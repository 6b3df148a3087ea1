"""Each number with every department's figure beside the canonical one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.reports.bridge_views import BridgeView, bridge_views
from revrecon.reports.daily import DailySheet
from revrecon.reports.titles import CANONICAL, definition_text, definition_title, number_title


@dataclass(frozen=True)
class FigureView:
    """One department's figure, its caption, and the bridge that explains it."""

    title: str
    text: str
    value: Decimal
    records: int
    as_of: date
    caption: str
    stale: str
    is_canonical: bool
    bridge: BridgeView | None

    @property
    def said(self) -> Decimal:
        """What the department reports: typed in where it was, else recomputed."""
        return self.bridge.reported if self.bridge else self.value


@dataclass(frozen=True)
class NumberView:
    """One number in one period."""

    number: str
    period: str
    title: str
    text: str
    owner: str
    unit: str
    decimals: int
    figures: tuple[FigureView, ...]

    @property
    def canonical(self) -> FigureView | None:
        """The canonical figure, if it could be worked out."""
        return next((figure for figure in self.figures if figure.is_canonical), None)

    @property
    def reported(self) -> tuple[FigureView, ...]:
        """What departments say."""
        return tuple(figure for figure in self.figures if not figure.is_canonical)

    @property
    def closing(self) -> str:
        """What the bridges end at: the canonical figure, or the department's that the map names."""
        return next((figure.bridge.closing_title for figure in self.figures if figure.bridge), CANONICAL)

    @property
    def disagrees(self) -> bool:
        """Whether any two figures differ, or one cannot be reproduced."""
        untied = any(
            figure.bridge and figure.bridge.unreproduced and figure.bridge.provisional for figure in self.figures
        )
        return untied or len({figure.value for figure in self.figures}) > 1

    @property
    def has_unreproduced(self) -> bool:
        """Whether any figure was typed in that its own records do not give."""
        return any(figure.bridge and figure.bridge.unreproduced for figure in self.figures)

    @property
    def has_residual(self) -> bool:
        """Whether any bridge leaves something unexplained."""
        return any(figure.bridge and figure.bridge.residual for figure in self.figures)

    def main_reason(self) -> tuple[str, Decimal] | None:
        """The category that moves most over all bridges, and by how much in absolutes; None where nothing moves."""
        sums: dict[str, Decimal] = {}
        for figure in self.figures:
            for category, amount in figure.bridge.by_category if figure.bridge else ():
                sums[category] = sums.get(category, Decimal(0)) + abs(amount)
        largest = max(sums.items(), key=lambda pair: pair[1], default=None)
        return largest if largest and largest[1] else None


def number_views(sheet: DailySheet) -> tuple[NumberView, ...]:
    """Every number and period of a sheet, in the order of its figures."""
    walked = sheet.bridges.filter(pl.col("definition") != pl.col("closing_definition"))
    views = bridge_views(replace(sheet, bridges=walked))
    bridges = {(view.number, view.period, view.definition): view for view in views}
    keys = sheet.figures.select("number", "period").unique(maintain_order=True)
    return tuple(_view(sheet, str(number), str(period), bridges) for number, period in keys.iter_rows())


def _view(sheet: DailySheet, number: str, period: str, bridges: dict[tuple[str, str, str], BridgeView]) -> NumberView:
    known = sheet.map.numbers.get(number)
    rows = sheet.figures.filter(pl.col("number") == number, pl.col("period") == period)
    figures = tuple(_figures(sheet, rows, bridges))
    return NumberView(
        number=number,
        period=period,
        title=number_title(sheet.map, number, period),
        text=known.text if known else "",
        owner=sheet.map.people[known.owner].name if known else "",
        unit=str(rows["unit"][0]),
        decimals=known.decimals if known else 2,
        figures=tuple(sorted(figures, key=lambda figure: not figure.is_canonical)),
    )


def _figures(
    sheet: DailySheet, rows: pl.DataFrame, bridges: dict[tuple[str, str, str], BridgeView]
) -> Iterator[FigureView]:
    for row in rows.iter_rows(named=True):
        yield FigureView(
            title=definition_title(sheet.map, row["number"], row["definition"]),
            text=definition_text(sheet.map, row["number"], row["definition"]),
            value=row["value"],
            records=row["records"],
            as_of=row["as_of"],
            caption=row["caption"],
            stale=row["stale"] or "",
            is_canonical=row["canonical"],
            bridge=bridges.get((row["number"], row["period"], row["definition"])),
        )
