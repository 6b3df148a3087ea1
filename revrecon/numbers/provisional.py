"""The stamp on figures and bridges that may still change: provisional, and why.

A bridge is provisional where one of its ends does not tie to what the department reported, where it leaves a residual,
or where something that it rests on is late or was never received.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Number
from revrecon.numbers.bridges import NumberResult
from revrecon.numbers.captions import short_figure
from revrecon.numbers.frames import BRIDGE_SCHEMA, FIGURE_SCHEMA

Inputs = Mapping[str, Sequence[str]]
"""Per entity what it rests on that is late or was never received, each as `erp stale since 2026-11-01`."""

_BETWEEN = "; "
_STAMP = ", provisional: "


@dataclass(frozen=True)
class _Ties:
    """The tie-outs that count, by period and definition."""

    rows: Mapping[tuple[str, str], Mapping[str, object]]

    def reasons(self, number: Number, period: str, definition: str) -> Iterator[str]:
        """Why a definition's figure is not tied out; nothing where it ties, or where nobody typed a figure in."""
        row = self.rows.get((period, definition))
        if row is not None and row["verdict"] != "pass":
            yield _told(number, row)


def untied(number: Number, tie_outs: pl.DataFrame) -> Iterator[str]:
    """Why figures are not tied out, from their tie-outs (TIE_OUT_SCHEMA); nothing for those that tie."""
    missed = tie_outs.filter(~pl.col("verdict").is_in(["pass", "replaced"]))
    yield from (_told(number, row) for row in missed.iter_rows(named=True))


def _told(number: Number, row: Mapping[str, object]) -> str:
    said = f"{row['department']} reported {_short(row['reported_figure'], number)} on {row['as_of']}"
    if row["verdict"] == "not_run":
        return f"the tie-out was not run: {said}, and {row['why']}"
    return f"cannot be reproduced: {said}, {_short(row['miss'], number, signed=True)} against its own records"


def stamped(entity_map: EntityMap, result: NumberResult, tie_outs: pl.DataFrame, inputs: Inputs) -> NumberResult:
    """A number's figures and bridges with what was typed in, the step `unreproduced`, and why they are provisional.

    In bridges `reported` stays the recomputed figure; `reported_figure` heads the bridge where one was typed in.
    """
    counting = tie_outs.filter(pl.col("verdict") != "replaced")
    ties = _Ties({(row["period"], row["definition"]): row for row in counting.iter_rows(named=True)})
    figures = [_figure(entity_map, row, ties, inputs) for row in result.figures.iter_rows(named=True)]
    bridges = [_bridge(entity_map, row, ties, inputs) for row in result.bridges.iter_rows(named=True)]
    return replace(
        result, figures=pl.DataFrame(figures, schema=FIGURE_SCHEMA), bridges=pl.DataFrame(bridges, schema=BRIDGE_SCHEMA)
    )


def _figure(entity_map: EntityMap, row: dict[str, object], ties: _Ties, inputs: Inputs) -> dict[str, object]:
    number = entity_map.numbers[str(row["number"])]
    definition = str(row["definition"])
    reasons = [*ties.reasons(number, str(row["period"]), definition), *inputs[number.definitions[definition].entity]]
    why = _BETWEEN.join(reasons)
    return {**row, "provisional": why, "caption": f"{row['caption']}{_STAMP}{why}" if why else row["caption"]}


def unstamped(caption: str) -> str:
    """A figure's caption without why it is provisional, for where its bridge says that beside it."""
    return caption.partition(_STAMP)[0]


def _bridge(entity_map: EntityMap, row: dict[str, object], ties: _Ties, inputs: Inputs) -> dict[str, object]:
    number = entity_map.numbers[str(row["number"])]
    reasons = list(_bridge_reasons(number, row, ties, inputs))
    typed = ties.rows.get((str(row["period"]), str(row["definition"])))
    heads = typed is not None and typed["miss"] is not None
    return {**row, **(_head(row, typed) if typed and heads else _NO_HEAD), "provisional": _BETWEEN.join(reasons)}


_NO_HEAD: dict[str, object] = {"reported_figure": None, "unreproduced_step": Decimal(0), "moved_since": Decimal(0)}


def _head(row: dict[str, object], typed: Mapping[str, object]) -> dict[str, object]:
    """What heads a bridge: the typed-in figure, what of it cannot be reproduced, and what moved since its day."""
    return {
        "reported_figure": typed["reported_figure"], "reported_on": typed["as_of"],
        "unreproduced_step": typed["miss"], "moved_since": _money(typed["recomputed"]) - _money(row["reported"]),
    }  # fmt: skip


def _bridge_reasons(number: Number, row: dict[str, object], ties: _Ties, inputs: Inputs) -> Iterator[str]:
    period, opening, closing = str(row["period"]), str(row["definition"]), str(row["closing_definition"])
    yield from ties.reasons(number, period, opening)
    if closing != opening:
        yield from (f"the closing figure {reason}" for reason in ties.reasons(number, period, closing))
    if row["residual"]:
        yield f"a residual of {_short(row['residual'], number)} is not explained"
    ends = (number.definitions[opening].entity, number.definitions[closing].entity)
    canonical = number.definitions[number.canonical].entity
    yield from dict.fromkeys(told for entity in (*ends, canonical) for told in inputs[entity])


def _money(value: object) -> Decimal:
    return Decimal(str(value))


def _short(value: object, number: Number, signed: bool = False) -> str:
    amount = _money(value)
    return f"{'+' if signed and amount > 0 else ''}{short_figure(amount, number.unit)}"
