"""A bridge taken apart, as people read it: by a dimension, and the records that move most."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from revrecon.findings import CATEGORIES
from revrecon.numbers.breakdowns import movers, needed_for
from revrecon.reports.bridges.taken import BY, TakenBridge
from revrecon.reports.formats import count, plural
from revrecon.reports.titles import cause_title

MOST_VALUES = 12


@dataclass(frozen=True)
class ValueView:
    """One value of a dimension: what it moves net, per category, gross, and in how many records."""

    value: str
    amount: Decimal
    by_category: tuple[Decimal, ...]
    gross: Decimal
    records: int


@dataclass(frozen=True)
class BreakdownView:
    """One dimension of one bridge: its largest values, the others folded into one, and the sum."""

    dimension: str
    values: tuple[ValueView, ...]
    total: ValueView


@dataclass(frozen=True)
class MoverView:
    """One record, what it moves in all, why, and how much of the gross it and those before it make."""

    label: str
    records: str
    causes: str
    category: str  # of its largest cause
    amount: Decimal
    share: float
    running: float


@dataclass(frozen=True)
class MoversView:
    """The records that move most, and how many of all make four fifths of it."""

    shown: tuple[MoverView, ...]
    records: int
    needed: int
    gross: Decimal

    @property
    def sentence(self) -> str:
        """`These 12 of 225 records make 48 % of it; 71 records make 80 %.`"""
        if not self.shown:
            return "No record moves anything."
        made = round(100 * self.shown[-1].running)
        several = f"These {len(self.shown)} of {count(self.records)} records make"
        these = "This record makes" if len(self.shown) == 1 else several
        more = "" if made >= 80 else f"; {plural(self.needed, 'record')} make 80 %"
        return f"{these} {made} % of it, in absolutes{more}."


def breakdown_view(bridge: TakenBridge, dimension: str, most: int = MOST_VALUES) -> BreakdownView:
    """A bridge by a dimension, the largest gross first; every category foots to the bar."""
    values = list(values_by(bridge, dimension))
    shown, others = values[:most], values[most:]
    if len(others) == 1:
        shown, others = values, []
    folded = [_together(f"{count(len(others))} others", others)] if others else []
    return BreakdownView(dimension, tuple(shown + folded), _together("All", values))


def values_by(bridge: TakenBridge, dimension: str) -> Iterator[ValueView]:
    """A bridge's values in a dimension, the largest gross first; nothing for a dimension that it does not have."""
    column, items = f"{BY}{dimension}", bridge.items
    if column not in items.columns:
        return
    amounts = [pl.col("amount").filter(pl.col("category") == c).sum().alias(f"{c}_step") for c in CATEGORIES]
    rows = items.group_by(column).agg(
        *amounts, pl.col("amount").sum().alias("net"), pl.col("amount").abs().sum().alias("gross"),
        pl.col("unit_id").n_unique().alias("units"),
    )  # fmt: skip
    for row in rows.sort(pl.col("gross").neg(), column).iter_rows(named=True):
        moved = tuple(row[f"{c}_step"] or Decimal(0) for c in CATEGORIES)
        yield ValueView(str(row[column]), row["net"], moved, row["gross"], row["units"])


def _together(name: str, values: list[ValueView]) -> ValueView:
    moved = tuple(sum((one.by_category[at] for one in values), Decimal(0)) for at in range(len(CATEGORIES)))
    net, gross = (sum((getattr(one, part) for one in values), Decimal(0)) for part in ("amount", "gross"))
    return ValueView(name, net, moved, gross, sum(one.records for one in values))


def movers_view(bridge: TakenBridge, most: int = 12) -> MoversView:
    """The records of a bridge that move most."""
    found = movers(bridge.items)
    shown = tuple(
        MoverView(
            label=str(row["label"] or row["unit_id"]),
            records=str(row["records"] or row["unit_id"]),
            causes=", ".join(cause_title(cause) for cause in str(row["causes"]).split(", ")),
            category=str(row["causes"]).partition(".")[0],
            amount=row["amount"],
            share=row["share"],
            running=row["running"],
        )
        for row in found.head(most).iter_rows(named=True)
    )
    gross = Decimal(str(found["amount"].abs().sum()))
    return MoversView(shown, found.height, needed_for(found), gross)
