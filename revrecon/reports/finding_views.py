"""The worst findings, gathered by cause: every cause gets a word before any gets the whole table."""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from revrecon.reports.daily import DailySheet
from revrecon.reports.formats import money
from revrecon.reports.titles import amount_unit, cause_text, cause_title

_LARGEST = pl.col("amount").abs().fill_null(0)


@dataclass(frozen=True)
class FindingView:
    """One finding as a line."""

    signature: str
    where: str
    record: str
    field: str
    expected: str
    observed: str
    amount: str
    since: str
    why: str


@dataclass(frozen=True)
class CauseView:
    """All findings of a cause, and the largest of them."""

    cause: str
    category: str
    title: str
    text: str
    findings: int
    net: str
    gross: str
    worst: tuple[FindingView, ...]


@dataclass(frozen=True)
class WorstFindings:
    """The causes that are shown, how many findings these are, and how many there are in all."""

    causes: tuple[CauseView, ...]
    shown: int
    total: int


def worst_findings(sheet: DailySheet, most: int = 25) -> WorstFindings:
    """At most so many findings: first the largest of each cause, then the second of each, and so on.

    Causes come by their gross amount, then by their number of findings; findings by amount, then the oldest first.
    """
    ordered = sheet.findings.sort(_LARGEST, "since", "signature", descending=[True, False, False], nulls_last=True)
    turn = pl.int_range(pl.len()).over("cause")
    shown = ordered.with_columns(turn.alias("_turn")).sort("_turn", maintain_order=True).head(most)
    causes = tuple(_cause(sheet, shown, str(cause)) for cause in _causes(sheet.findings))
    return WorstFindings(tuple(view for view in causes if view.worst), shown.height, sheet.findings.height)


def _causes(findings: pl.DataFrame) -> list[str]:
    sizes = findings.group_by("cause").agg(pl.col("amount").abs().sum().alias("gross"), pl.len().alias("findings"))
    ranked = sizes.sort("gross", "findings", "cause", descending=[True, True, False], nulls_last=True)
    return ranked["cause"].to_list()


def _cause(sheet: DailySheet, shown: pl.DataFrame, cause: str) -> CauseView:
    mine = sheet.findings.filter(pl.col("cause") == cause)
    lines = shown.filter(pl.col("cause") == cause).sort("_turn").iter_rows(named=True)
    net, gross = _sums(sheet, mine)
    return CauseView(
        cause=cause,
        category=cause.partition(".")[0],
        title=cause_title(cause),
        text=cause_text(cause),
        findings=mine.height,
        net=net,
        gross=gross,
        worst=tuple(_finding(sheet, row) for row in lines),
    )


def _sums(sheet: DailySheet, findings: pl.DataFrame) -> tuple[str, str]:
    """Net and gross amount; empty where there is none, or where entities of unlike units would be added up."""
    counted = findings.drop_nulls("amount")
    units = {amount_unit(sheet.map, entity) for entity in counted["entity"].unique()}
    if len(units) != 1:
        return "", ""
    amounts: list[Decimal] = counted["amount"].to_list()
    unit = units.pop()
    gross = sum((abs(amount) for amount in amounts), Decimal(0))
    return money(sum(amounts, Decimal(0)), unit, signed=True), money(gross, unit)


def _finding(sheet: DailySheet, row: dict[str, object]) -> FindingView:
    amount = row["amount"] if isinstance(row["amount"], Decimal) else None
    return FindingView(
        signature=str(row["signature"]),
        where=f"{row['entity']} in {row['copy']}",
        record="/".join(str(row[name]) for name in ("record_system", "record_object", "record_id") if row[name]),
        field=str(row["field"] or ""),
        expected=_shortened(row["expected"]),
        observed=_shortened(row["observed"]),
        amount=money(amount, amount_unit(sheet.map, str(row["entity"])), signed=True),
        since=str(row["since"] or ""),
        why=str(row["why"] or ""),
    )


def _shortened(value: object, most: int = 80) -> str:
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= most else text[: most - 1] + "…"
