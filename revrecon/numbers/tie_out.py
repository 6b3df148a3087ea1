"""Tie-out: a department's reported figure against the one recomputed from its own records, before all explaining.

The newest figure at or before a day counts, as it had been entered by then; one that was entered later for the same day
replaces it, and both stay visible. It is compared with the figure recomputed for its own day.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from revrecon.entity_map.model import EntityMap
from revrecon.entity_map.numbers import Number
from revrecon.numbers.figures import FigureName, figure
from revrecon.numbers.frames import VALUE
from revrecon.numbers.placing import NotKnown
from revrecon.numbers.worlds import WorldOn

TIE_OUT_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "definition": pl.String(),
    "period": pl.String(),
    "department": pl.String(),
    "unit": pl.String(),
    "as_of": pl.Date(),  # the day of the reported figure, for which the other is recomputed
    "reported_figure": VALUE,  # as the department typed it in
    "recomputed": VALUE,  # from its own records, by its own definition; null where that cannot be done
    "miss": VALUE,  # reported less recomputed
    "tolerance": VALUE,  # up to which miss they tie
    "ties": pl.Boolean(),  # null where nothing could be recomputed
    "verdict": pl.String(),  # pass, warn, breach, not_run; `replaced` for a figure that was corrected
    "reported_by": pl.String(),
    "entered": pl.Date(),
    "note": pl.String(),
    "origin": pl.String(),  # where it was typed in
    "representative": pl.String(),  # who answers for it: the person's name in the map
    "why": pl.String(),  # why it was not run, or by what it was replaced
}
"""One row per reported figure that counts, each followed by those that it replaced."""


@dataclass(frozen=True)
class _Compared:
    recomputed: Decimal | None
    why: str


def tie_outs(
    entity_map: EntityMap, number: str, figures: pl.DataFrame, reported: pl.DataFrame, as_of: date, world_on: WorldOn
) -> pl.DataFrame:
    """The tie-outs of a number on a day (TIE_OUT_SCHEMA), for the periods and definitions of its `figures`' periods.

    `figures` (FIGURE_SCHEMA) are those of the day, `reported` (REPORTED_SCHEMA) everything that was typed in.
    """
    periods = figures["period"].unique()
    mine = reported.filter(
        pl.col("number") == number, pl.col("period").is_in(periods.implode()),
        pl.col("as_of") <= as_of, pl.col("entered") <= as_of,
    )  # fmt: skip
    newest = pl.col("as_of") == pl.col("as_of").max().over("definition", "period")
    ranked = mine.filter(newest).sort("entered", "position", descending=True)
    order = {name: place for place, name in enumerate(entity_map.numbers[number].definitions)}
    rows: list[dict[str, object]] = []
    for _, group in sorted(
        ranked.group_by("period", "definition", maintain_order=True), key=lambda one: (one[0][0], order[str(one[0][1])])
    ):
        rows += _rows(entity_map, group, figures, as_of, world_on)
    return pl.DataFrame(rows, schema=TIE_OUT_SCHEMA)


def _rows(
    entity_map: EntityMap, group: pl.DataFrame, figures: pl.DataFrame, as_of: date, world_on: WorldOn
) -> list[dict[str, object]]:
    """The figure that counts, compared, and those before it of the same day."""
    first, *replaced = group.iter_rows(named=True)
    compared = _recomputed(entity_map, first, figures, as_of, world_on)
    counts = {**_named(entity_map, first), **_judged(entity_map.numbers[str(first["number"])], first, compared)}
    why = f"replaced by the figure of {first['origin']}"
    return [counts, *({**_named(entity_map, row), "verdict": "replaced", "why": why} for row in replaced)]


def _named(entity_map: EntityMap, row: dict[str, object]) -> dict[str, object]:
    number = entity_map.numbers[str(row["number"])]
    place = copy_behind(entity_map, str(row["number"]), str(row["definition"]))
    kept = ("number", "definition", "period", "as_of", "reported_by", "entered", "note", "origin")
    return {
        **{name: row[name] for name in kept}, "reported_figure": row["value"], "unit": number.unit,
        "department": number.definitions[str(row["definition"])].department,
        "representative": representative(entity_map, *place),
    }  # fmt: skip


def copy_behind(entity_map: EntityMap, number: str, definition: str) -> tuple[str, str]:
    """The entity and copy that a definition is worked out from; the first canonical copy where it names none."""
    one = entity_map.numbers[number].definitions[definition]
    return one.entity, one.copy_name or entity_map.entities[one.entity].canonical_system[0]


def representative(entity_map: EntityMap, entity: str, copy: str) -> str:
    """Who answers for the figures of a copy: the representative of its system."""
    system = entity_map.system_of(copy, entity_map.entities[entity].replication[copy])
    return entity_map.systems[system].representative


def _recomputed(
    entity_map: EntityMap, row: dict[str, object], figures: pl.DataFrame, as_of: date, world_on: WorldOn
) -> _Compared:
    name = FigureName(str(row["number"]), str(row["definition"]), str(row["period"]))
    if row["as_of"] == as_of:
        today = figures.filter(pl.col("definition") == name.definition, pl.col("period") == name.period)
        if today.height:
            return _Compared(Decimal(str(today["value"][0])), "")
    try:
        found = figure(entity_map, name, date.fromisoformat(str(row["as_of"])), world_on)
    except NotKnown as reason:
        return _Compared(None, str(reason))
    return _Compared(found.value, "")


def _judged(number: Number, row: dict[str, object], compared: _Compared) -> dict[str, object]:
    if compared.recomputed is None:
        return {"verdict": "not_run", "why": compared.why}
    miss = Decimal(str(row["value"])) - compared.recomputed
    tolerance = tolerance_of(number, compared.recomputed)
    breach = number.tie_out.breach.of(compared.recomputed) if number.tie_out.breach else Decimal(0)
    ties = abs(miss) <= tolerance
    verdict = "pass" if ties else "warn" if abs(miss) <= breach else "breach"
    return {
        "recomputed": compared.recomputed, "miss": miss, "tolerance": tolerance, "ties": ties, "verdict": verdict,
    }  # fmt: skip


def tolerance_of(number: Number, recomputed: Decimal) -> Decimal:
    """Up to which miss a figure ties, in its unit: what the map says, else half of the last decimal that is shown."""
    if number.tie_out.tolerance is None:
        return Decimal(5).scaleb(-number.decimals - 1)
    return round(number.tie_out.tolerance.of(recomputed), 4)
