"""What a steward sees and does: the queue, what a decision would change, and the decision itself."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from revrecon.canonical.identity.decisions import Decision, Verdict, standing
from revrecon.canonical.identity.frames import REVIEW_SCHEMA
from revrecon.daily.day import Day
from revrecon.daily.names import UnknownName
from revrecon.decisions.contradictions import Contradiction, require_no_contradiction
from revrecon.decisions.register import DecisionRegister, decision_id
from revrecon.entity_map.problems import did_you_mean

VERDICTS: dict[str, Verdict] = {"same": "same", "never": "never_same"}

EFFECT_SCHEMA: dict[str, pl.DataType] = {
    "number": pl.String(),
    "definition": pl.String(),
    "period": pl.String(),
    "what": pl.String(),  # the figure itself, or a step of its bridge
    "now": pl.Decimal(24, 4),
    "then": pl.Decimal(24, 4),
    "change": pl.Decimal(24, 4),
}
"""What a decision would do to the numbers: only what changes."""


class DecisionsRefused(Exception):
    """A file of decisions has mistakes; nothing of it was taken."""


def queue(day: Day) -> pl.DataFrame:
    """The cases that wait for a steward (REVIEW_SCHEMA), the most money first; those decided since the run left out."""
    frames = [
        day.tables.read("review", entity, day.as_of)
        if day.tables.has("review", entity, day.as_of)
        else day.identities[entity].review
        for entity in day.map.entities
    ]
    decided = {d.pair for entity in day.map.entities for d in standing(day.decisions, entity, day.as_of)}
    cases = pl.concat([pl.DataFrame(schema=REVIEW_SCHEMA), *frames])
    waits = [tuple(sorted([(a, b), (c, d)])) not in decided for a, b, c, d in cases.select(_RECORDS).iter_rows()]
    waiting = cases.filter(pl.Series(waits, dtype=pl.Boolean))
    return waiting.sort("amount", "weight", "case", descending=[True, True, False], nulls_last=True)


_RECORDS = ("left_copy", "left_id", "right_copy", "right_id")


def case_of(day: Day, asked: str) -> dict[str, object]:
    """One case of the queue by its id. Raises UnknownName with the nearest one."""
    cases = queue(day)
    found = cases.filter(pl.col("case") == asked)
    if found.is_empty():
        near = did_you_mean(asked, cases["case"].to_list())
        raise UnknownName(
            f"No case '{asked}' waits on {day.as_of}{f'; {near}' if near else ''}. See: revrecon review queue."
        )
    return dict(next(found.iter_rows(named=True)))


def decision_on(
    day: Day, case: dict[str, object], verdict: str, by: str, why: str, effective: date | None = None
) -> Decision:
    """A steward's word on a case, ready to be written down.

    Raises UnknownName for a verdict or a person that is not known, Contradiction where the opposite stands.
    """
    if verdict not in VERDICTS:
        raise UnknownName(f"'{verdict}' is no verdict; say same or never.")
    if by not in day.map.people:
        near = did_you_mean(by, day.map.people)
        raise UnknownName(
            f"The map has no person '{by}'; it has {', '.join(day.map.people)}{f'; {near}' if near else ''}."
        )
    if not why.strip():
        raise UnknownName("A decision needs its reason: --why.")
    left, right = (str(case["left_copy"]), str(case["left_id"])), (str(case["right_copy"]), str(case["right_id"]))
    bare = Decision("", str(case["entity"]), left, right, VERDICTS[verdict], by, why, datetime.now(UTC), effective)
    decision = replace(bare, id=decision_id(bare))
    require_no_contradiction(day.decisions, decision)
    return decision


def effect_on_numbers(day: Day, decision: Decision) -> pl.DataFrame:
    """What a decision would change in any figure or step, by reconciling the day again with it (EFFECT_SCHEMA)."""
    then = Day(day.loaded, day.home, day.as_of, day.lake, (*day.decisions, decision))
    changes = [_change(_values(day, number), _values(then, number)) for number in day.map.numbers]
    return pl.concat([pl.DataFrame(schema=EFFECT_SCHEMA), *changes])


def _values(day: Day, number: str) -> pl.DataFrame:
    result = day.number(number)
    keys = ("number", "definition", "period")
    figures = result.figures.select(*keys, pl.lit("figure").alias("what"), pl.col("value").cast(pl.Decimal(24, 4)))
    steps = [
        result.bridges.select(
            *keys, pl.lit(step).alias("what"), pl.col(f"{step}_step").cast(pl.Decimal(24, 4)).alias("value")
        )
        for step in ("quality", "hierarchy", "timing", "definition")
    ]
    return pl.concat([figures, *steps])


def _change(now: pl.DataFrame, then: pl.DataFrame) -> pl.DataFrame:
    keys = ["number", "definition", "period", "what"]
    both = now.rename({"value": "now"}).join(then.rename({"value": "then"}), on=keys, maintain_order="left")
    both = both.with_columns((pl.col("then") - pl.col("now")).alias("change")).filter(pl.col("change") != 0)
    return both.select(pl.col(c).cast(t) for c, t in EFFECT_SCHEMA.items())


def keep_decisions(day: Day, decisions: Sequence[Decision]) -> None:
    """Write decisions into the ledger, all or none; they hold from the next run on."""
    DecisionRegister(day.home.ledger).add(decisions)


def decisions_in(day: Day, path: Path) -> list[Decision]:
    """The decisions of a CSV file with columns `case`, `verdict`, `by`, `why` and, if wanted, `effective`.

    Raises DecisionsRefused with every mistake and its line; then nothing is taken.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    taken: list[Decision] = []
    mistakes = []
    for line, row in enumerate(rows, start=2):
        try:
            given = {name: (row.get(name) or "").strip() for name in ("case", "verdict", "by", "why", "effective")}
            effective = date.fromisoformat(given["effective"]) if given["effective"] else None
            case = case_of(day, given["case"])
            decision = decision_on(day, case, given["verdict"], given["by"], given["why"], effective)
            require_no_contradiction([*day.decisions, *taken], decision)
            taken.append(decision)
        except (UnknownName, Contradiction, ValueError) as mistake:
            mistakes.append(f"line {line}: {mistake}")
    if mistakes or not rows:
        told = "\n  ".join(mistakes or ["it holds no decision; its columns are case, verdict, by, why, effective"])
        raise DecisionsRefused(f"{path} was not taken:\n  {told}")
    return taken


def withdrawal_of(day: Day, asked: str, by: str, why: str) -> Decision:
    """The word that takes a decision back. Raises UnknownName when no such decision stands."""
    entities = day.map.entities
    found = [d for entity in entities for d in standing(day.decisions, entity) if d.id == asked]
    if not found:
        raise UnknownName(f"No decision '{asked}' stands. See: revrecon review decisions.")
    if by not in day.map.people:
        raise UnknownName(f"The map has no person '{by}'; it has {', '.join(day.map.people)}.")
    bare = replace(found[0], id="", verdict="withdrawn", by=by, why=why, decided_at=datetime.now(UTC))
    return replace(bare, id=decision_id(bare))
