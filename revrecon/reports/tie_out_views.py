"""Tie-outs as reports show them: what was reported, what its own records give, and whether the two tie."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from revrecon.entity_map.model import EntityMap
from revrecon.reports.daily import person_name
from revrecon.reports.formats import money
from revrecon.reports.palette import VERDICT_STYLES, VERDICT_WORDS
from revrecon.reports.terminal_bridges import AMOUNT, plain_table
from revrecon.reports.titles import definition_title, number_title

_WORDS = {**VERDICT_WORDS, "pass": "Ties", "replaced": "Replaced"}


@dataclass(frozen=True)
class TieOutView:
    """One reported figure as a line; a replaced one has no comparison."""

    title: str
    department: str
    as_of: str
    reported: str
    recomputed: str
    miss: str
    tolerance: str
    verdict: str
    words: str
    said: str  # by whom, when, with which note, where it is written
    representative: str
    why: str


def tie_out_views(entity_map: EntityMap, tie_outs: pl.DataFrame) -> tuple[TieOutView, ...]:
    """The tie-outs of a day (TIE_OUT_SCHEMA), in their order."""
    return tuple(_view(entity_map, row) for row in tie_outs.iter_rows(named=True))


def _view(entity_map: EntityMap, row: dict[str, object]) -> TieOutView:
    number, unit, verdict = str(row["number"]), str(row["unit"]), str(row["verdict"])
    known = entity_map.numbers.get(number)
    decimals = known.decimals if known else 2

    def figure(name: str, signed: bool = False) -> str:
        value = row[name]
        if not isinstance(value, Decimal):
            return ""
        places = decimals if round(value, decimals) == value else decimals + 1  # half a unit is not nothing
        return money(value, unit, places, signed)

    return TieOutView(
        title=number_title(entity_map, number, str(row["period"])),
        department=definition_title(entity_map, number, str(row["definition"])),
        as_of=str(row["as_of"]), reported=figure("reported_figure"), recomputed=figure("recomputed"),
        miss=figure("miss", signed=True), tolerance=figure("tolerance"), verdict=verdict, words=_WORDS[verdict],
        said="; ".join(_said(row)), representative=person_name(entity_map, str(row["representative"])),
        why=str(row["why"] or ""),
    )  # fmt: skip


def _said(row: dict[str, object]) -> Iterator[str]:
    by = f" by {row['reported_by']}" if row["reported_by"] else ""
    yield f"entered {row['entered']}{by}"
    if row["note"]:
        yield str(row["note"])
    yield str(row["origin"])


def tie_out_table(entity_map: EntityMap, tie_outs: pl.DataFrame) -> RenderableType:
    """The tie-outs in a terminal, and below what was said of each that does not tie or was corrected."""
    table = plain_table("Tie-out", "Figure", title=Text("Reported figures against their own records", style="bold"))
    for name in ("Reported", "Recomputed", "Miss"):
        table.add_column(name, **AMOUNT)
    rows = tie_out_views(entity_map, tie_outs)
    for row in rows:
        verdict = Text(f" {row.words} ", style=VERDICT_STYLES.get(row.verdict, "dim"), no_wrap=True)
        table.add_row(verdict, Text(f"{row.title}, {row.department}"), row.reported, row.recomputed, row.miss)
    notes = [_note(row) for row in rows if row.verdict != "pass"]
    return Group(table, *notes)


def _note(row: TieOutView) -> RenderableType:
    why = f"; {row.why}" if row.why else ""
    told = f"{row.title}, {row.department} {row.reported}: as of {row.as_of}, {row.said}{why}."
    told = f"{told} {row.representative} answers for it."
    return Padding(Text(told, style="dim"), (0, 0, 0, 1))
